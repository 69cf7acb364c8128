import { connect } from "node:net";
import { expect } from "chai";
import { type PortBlock, takePortBlock } from "../../cluster/port-block.ts";
import type { Endpoint } from "../../io/address.ts";
import { sendTransfer, startTransferServer, type TransferServer } from "../../io/bulk-transfer.ts";
import { Seal } from "../../io/seal.ts";
import { until } from "../sequencer/until.ts";

const host = "127.0.0.1";
const bytesMax = 1_000_000;
const seal = new Seal(new Uint8Array(32).fill(1));

describe("a bulk transfer", () => {
  let ports: PortBlock;
  let server: TransferServer;
  let endpoint: Endpoint;
  let arrived: Uint8Array[];

  beforeEach(async () => {
    ports = await takePortBlock(host);
    endpoint = { host, port: ports.port(0) };
    arrived = [];
    const onBytes = (bytes: Uint8Array, from: string) => {
      expect(from).to.match(/^127\.0\.0\.1:\d+$/);
      arrived.push(Uint8Array.from(bytes));
    };
    server = await startTransferServer({ endpoint, seal, bytesMax, onBytes });
  });

  afterEach(async () => {
    await server.close();
    await ports.release();
  });

  it("brings the bytes whole: none, one, and as many as are allowed", async () => {
    const sizes = [0, 1, 70_000, bytesMax];
    for (const size of sizes) await sendTransfer(endpoint, seal, new Uint8Array(size).fill(size));
    await until("all came", () => arrived.length === sizes.length);
    expect(arrived.map((bytes) => bytes.length)).to.deep.equal(sizes);
    expect(arrived[2]!.every((byte) => byte === (70_000 & 0xff))).to.equal(true);
  });

  it("over the limit is refused as soon as its length is known, and the next one comes through", async () => {
    await sendTransfer(endpoint, seal, new Uint8Array(bytesMax + 1));
    const answer = await talk(endpoint, lengthOf(bytesMax + 1 + 16));
    expect(answer).to.equal("closed");
    expect(await talk(endpoint, lengthOf(0xffff_ffff))).to.equal("closed");
    await expectNextComes();
  });

  it("with another key, or changed on its way, brings nothing", async () => {
    await sendTransfer(endpoint, new Seal(new Uint8Array(32).fill(2)), Uint8Array.of(1));
    const code = seal.sign(Uint8Array.of(1));
    await talk(endpoint, Uint8Array.of(...lengthOf(17), 2, ...code), "end");
    await expectNextComes();
  });

  it("cut off half way, or longer than it said, or without a length, brings nothing", async () => {
    const code = seal.sign(Uint8Array.of(1, 2));
    const whole = Uint8Array.of(...lengthOf(18), 1, 2, ...code);
    for (let bytes = 0; bytes < whole.length; bytes += 3) await talk(endpoint, whole.subarray(0, bytes), "end");
    await talk(endpoint, Uint8Array.of(...whole, 0), "end");
    await talk(endpoint, lengthOf(3), "end");
    await expectNextComes();
    await talk(endpoint, whole, "end");
    await until("the whole one came", () => arrived.length === 2);
  });

  it("byte by byte is as good as at once", async () => {
    const code = seal.sign(Uint8Array.of(9));
    const socket = connect(endpoint).setNoDelay(true);
    for (const byte of [...lengthOf(17), 9, ...code]) {
      await new Promise<void>((resolve) => socket.write(Uint8Array.of(byte), () => resolve()));
    }
    socket.end().resume();
    await until("it came", () => arrived.length === 1);
    expect(arrived[0]).to.deep.equal(Uint8Array.of(9));
  });

  it("several at the same time all come", async () => {
    await Promise.all([1, 2, 3, 4].map((byte) => sendTransfer(endpoint, seal, new Uint8Array(300_000).fill(byte))));
    await until("all came", () => arrived.length === 4);
    expect(new Set(arrived.map((bytes) => bytes[299_999]))).to.deep.equal(new Set([1, 2, 3, 4]));
  });

  it("to where nobody listens is lost without an error", async () => {
    await sendTransfer({ host, port: ports.port(5) }, seal, Uint8Array.of(1));
  });

  it("does not keep its server from closing while a connection is open", async () => {
    const socket = connect(endpoint).on("error", () => {});
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    let isGone = false;
    socket.resume().once("close", () => {
      isGone = true;
    });
    const closing = server.close();
    await until("the connection is closed, long before an idle one would be", () => isGone);
    await closing;
    server = await startTransferServer({ endpoint, seal, bytesMax, onBytes: () => {} });
  });

  it("needs its port for itself", async () => {
    const second = startTransferServer({ endpoint, seal, bytesMax, onBytes: () => {} });
    expect(await second.catch((error: NodeJS.ErrnoException) => error.code)).to.equal("EADDRINUSE");
  });

  async function expectNextComes(): Promise<void> {
    await sendTransfer(endpoint, seal, Uint8Array.of(42));
    await until("the next one came", () => arrived.length === 1);
    expect(arrived).to.deep.equal([Uint8Array.of(42)]);
  }
});

function lengthOf(bytes: number): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}

/** Writes bytes, and ends where it is told to; resolves when the other side has closed. */
function talk(endpoint: Endpoint, bytes: Uint8Array, end?: "end"): Promise<"closed"> {
  return new Promise((resolve) => {
    const socket = connect(endpoint, () => {
      socket.write(bytes);
      if (end === "end") socket.end();
    });
    socket.on("error", () => {});
    socket.resume().once("close", () => resolve("closed"));
  });
}
