import { connect, createServer, type Server, type Socket } from "node:net";
import { macBytes } from "../protocol/datagram.ts";
import { type Endpoint, formatAddress } from "./address.ts";
import type { Seal } from "./seal.ts";

/** Where bulk messages arrive. */
export interface TransferServer {
  close(): Promise<void>;
}

/** What a server of bulk messages is told. */
export interface TransferServerOptions {
  readonly endpoint: Endpoint;
  readonly seal: Seal;
  /** Bytes of one message at most, without its authentication code. */
  readonly bytesMax: number;
  readonly onBytes: (bytes: Uint8Array, from: string) => void;
}

/** What each of them sends is held in memory before it is known to be of this cluster. */
const connectionsMax = 4;
const idleMs = 10_000;
const lengthBytes = 4;

/**
 * Listens for bulk messages: one connection carries one message, its length (u32) before it and its authentication
 * code behind it.
 */
export async function startTransferServer(options: TransferServerOptions): Promise<TransferServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    receive(socket, options);
  });
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.endpoint.port, options.endpoint.host, () => resolve());
  });
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Sends one bulk message; like a datagram it may be lost, and whoever wanted it asks again. */
export async function sendTransfer({ host, port }: Endpoint, seal: Seal, bytes: Uint8Array): Promise<void> {
  const length = Buffer.alloc(lengthBytes);
  const code = seal.sign(bytes);
  length.writeUInt32BE(bytes.length + code.length);
  await new Promise<void>((resolve) => {
    const socket = connect({ host, port }, () => {
      socket.write(length);
      socket.write(bytes);
      socket.end(code);
    });
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.once("close", () => resolve());
    socket.resume();
  });
}

function receive(socket: Socket, { seal, bytesMax, onBytes }: TransferServerOptions): void {
  const chunks: Buffer[] = [];
  let received = 0;
  let expected = Number.POSITIVE_INFINITY;
  // Asked for now: once the other side is gone, the socket no longer knows.
  const from = formatAddress({ host: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 });
  socket.setTimeout(idleMs, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    received += chunk.length;
    if (expected === Number.POSITIVE_INFINITY && received >= lengthBytes) {
      const head = Buffer.concat(chunks);
      expected = lengthBytes + head.readUInt32BE(0);
    }
    const isTooLarge = expected !== Number.POSITIVE_INFINITY && expected > lengthBytes + bytesMax + macBytes;
    if (isTooLarge || received > expected) socket.destroy();
  });
  socket.once("end", () => {
    socket.end();
    if (received !== expected) return;
    const bytes = seal.open(Buffer.concat(chunks).subarray(lengthBytes));
    if (bytes !== undefined) onBytes(bytes, from);
  });
}
