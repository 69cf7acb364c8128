import { randomInt } from "node:crypto";
import { DgramAsPromised, type SocketAsPromised } from "dgram-as-promised";
import { assert } from "../protocol/assert.ts";
import { Packer, Unpacker } from "../protocol/datagram.ts";
import type { Address } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { bulkKinds, type Message, type Received } from "../protocol/message.ts";
import { decodeMessage, encodeMessage } from "../protocol/wire.ts";
import { type Endpoint, formatAddress, isAddress, parseAddress } from "./address.ts";
import { sendTransfer, startTransferServer, type TransferServer } from "./bulk-transfer.ts";
import type { Seal } from "./seal.ts";

/** How messages to all managers travel: one datagram to a multicast group, or one to each of them. */
export type GroupPath =
  | { readonly kind: "multicast"; readonly group: Address; readonly localHost: string }
  | { readonly kind: "unicast"; readonly managers: readonly Address[] };

/** What a transport is told. */
export interface TransportOptions {
  /** Where this process is reached, by UDP and by TCP. */
  readonly address: Address;
  readonly group: GroupPath;
  /** Whether this process belongs to the group. */
  readonly isMember: boolean;
  readonly seal: Seal;
  readonly limits: Limits;
  /** Called at most once a turn with all that arrived in it, in order. */
  readonly onMessages: (messages: readonly Received[]) => void;
  /** Fault injection of tests: datagrams from where this says true are lost. */
  readonly isCut?: (from: Address) => boolean;
}

/** Datagrams that were dropped, by why. */
export interface Dropped {
  readonly badMac: number;
  readonly malformed: number;
}

const receiveBufferBytes = 4 * 1024 * 1024;

/**
 * Carries messages between processes: small ones packed into authenticated datagrams, all of one turn for one
 * destination together; bulk ones over TCP. Loss, doubling and reordering are left to the cores.
 */
export class DatagramTransport {
  readonly #options: TransportOptions;
  readonly #packer: Packer;
  readonly #unpacker: Unpacker;
  readonly #outbox = new Map<string, Uint8Array[]>();
  readonly #endpoints = new Map<string, Endpoint>();
  #inbox: Received[] = [];
  #socket: SocketAsPromised | undefined;
  #groupSocket: SocketAsPromised | undefined;
  #transfers: TransferServer | undefined;
  #isFlushDue = false;
  #dropped = { badMac: 0, malformed: 0 };
  #isClosed = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    this.#packer = new Packer(randomInt(0x1_0000_0000), options.limits);
    this.#unpacker = new Unpacker(options.limits);
  }

  /** Datagrams dropped since the start. */
  get dropped(): Dropped {
    return this.#dropped;
  }

  /** Binds all sockets; rejects with the system's `code` when a port is taken. */
  async open(): Promise<void> {
    const { address, group, isMember, limits, seal } = this.#options;
    const own = parseAddress(address);
    this.#socket = await this.#bind(own, false);
    if (group.kind === "multicast") {
      this.#socket.socket.setMulticastInterface(group.localHost);
      this.#socket.socket.setMulticastLoopback(true);
      if (isMember) this.#groupSocket = await this.#join(parseAddress(group.group), group.localHost);
    }
    const onBytes = (bytes: Uint8Array, from: string) => this.#takeMessage(bytes, from);
    this.#transfers = await startTransferServer({ endpoint: own, seal, bytesMax: limits.transferBytesMax, onBytes });
  }

  /** Puts a message on its way; it leaves at the end of this turn. */
  send(to: Address | "managers", message: Message): void {
    if (this.#isClosed) return;
    const endpoint = to === "managers" ? undefined : this.#endpointOf(to);
    // What another process named as its address may be none: whoever cannot be reached is lost, and no reason to end.
    if (endpoint === undefined && to !== "managers") return;
    const bytes = encodeMessage(message);
    if (bulkKinds.has(message.kind)) {
      assert(endpoint !== undefined, "bulk messages go to one process");
      void sendTransfer(endpoint, this.#options.seal, bytes);
      return;
    }
    const { group } = this.#options;
    if (to !== "managers") this.#queue(to, bytes);
    else if (group.kind === "multicast") this.#queue(group.group, bytes);
    else for (const manager of group.managers) this.#queue(manager, bytes);
  }

  /** Closes all sockets. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#socket?.close(), this.#groupSocket?.close(), this.#transfers?.close()]);
  }

  #queue(to: Address, bytes: Uint8Array): void {
    const queued = this.#outbox.get(to);
    if (queued === undefined) this.#outbox.set(to, [bytes]);
    else queued.push(bytes);
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isFlushDue = false;
    const socket = this.#socket?.socket;
    if (socket === undefined || this.#isClosed) return;
    for (const [to, messages] of this.#outbox) {
      const { host, port } = this.#endpointOf(to) as Endpoint;
      for (const datagram of this.#packer.pack(messages)) {
        // A datagram that the system refuses to send is one that was lost.
        socket.send([datagram, this.#options.seal.sign(datagram)], port, host, ignore);
      }
    }
    this.#outbox.clear();
  }

  #endpointOf(to: Address): Endpoint | undefined {
    const known = this.#endpoints.get(to);
    if (known !== undefined) return known;
    if (!isAddress(to)) return undefined;
    const endpoint = parseAddress(to);
    if (this.#endpoints.size >= 1024) this.#endpoints.clear();
    this.#endpoints.set(to, endpoint);
    return endpoint;
  }

  #onDatagram(sealed: Uint8Array, from: Address): void {
    if (this.#options.isCut?.(from) === true) return;
    const datagram = this.#options.seal.open(sealed);
    if (datagram === undefined) {
      this.#dropped.badMac++;
      return;
    }
    const messages = this.#unpacker.unpack(datagram);
    if (messages === undefined) this.#dropped.malformed++;
    else for (const bytes of messages) this.#takeMessage(bytes, from);
  }

  #takeMessage(bytes: Uint8Array, from: Address): void {
    const message = decodeMessage(bytes);
    if (message === undefined) {
      this.#dropped.malformed++;
      return;
    }
    this.#inbox.push({ from, message });
    if (this.#inbox.length === 1) setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    const messages = this.#inbox;
    this.#inbox = [];
    if (!this.#isClosed) this.#options.onMessages(messages);
  }

  async #bind({ host, port }: Endpoint, isShared: boolean): Promise<SocketAsPromised> {
    const type = host.includes(":") ? "udp6" : "udp4";
    const socket = DgramAsPromised.createSocket({ type, reuseAddr: isShared }, (bytes, from) =>
      this.#onDatagram(bytes, formatAddress({ host: from.address, port: from.port })),
    );
    await socket.bind({ address: host, port });
    socket.socket.setRecvBufferSize(receiveBufferBytes);
    socket.socket.setSendBufferSize(receiveBufferBytes);
    return socket;
  }

  /** Bound to the group's own address where the system allows it, so that other traffic on its port stays out. */
  async #join(group: Endpoint, localHost: string): Promise<SocketAsPromised> {
    const host = process.platform === "win32" ? "0.0.0.0" : group.host;
    const socket = await this.#bind({ host, port: group.port }, true);
    socket.socket.addMembership(group.host, localHost);
    return socket;
  }
}

function ignore(): void {}
