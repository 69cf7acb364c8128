import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";
import { expect } from "chai";
import { type PortBlock, takePortBlock } from "../../cluster/port-block.ts";

const host = "127.0.0.1";
const blocksAtOnce = 12;
const placesUsed = 15;

describe("a block of ports", () => {
  it("shares no port with any other block that is taken at the same time", async () => {
    const blocks = await Promise.all(Array.from({ length: blocksAtOnce }, () => takePortBlock(host)));
    const ports = blocks.flatMap(portsOf);
    expect(new Set(ports).size).to.equal(blocksAtOnce * placesUsed);
    await Promise.all(blocks.map((block) => block.release()));
  });

  it("begins at a multiple of its size, so that no two blocks overlap", async () => {
    const blocks = await Promise.all(Array.from({ length: blocksAtOnce }, () => takePortBlock(host)));
    const places = blocks.map((block) => (block.port(0) - 1 - 10_240) % (placesUsed + 1));
    expect(new Set(places)).to.deep.equal(new Set([0]));
    await Promise.all(blocks.map((block) => block.release()));
  });

  it("stays taken until it is released: its first port refuses a second listener", async () => {
    const block = await takePortBlock(host);
    const first = block.port(0) - 1;
    expect(await canListen(first)).to.equal(false);
    await block.release();
    expect(await canListen(first)).to.equal(true);
  });

  it("passes over a block in which a port is taken for datagrams", async () => {
    const block = await takePortBlock(host);
    const place = (block.port(0) - 1 - 10_240) / (placesUsed + 1);
    await block.release();
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(block.port(3), host, resolve));
    const draws = [place, place, place + 1, place + 2, place + 3];
    const other = await takePortBlock(host, () => draws.shift() ?? 0);
    expect(other.port(0)).to.not.equal(block.port(0));
    await other.release();
    await new Promise<void>((resolve) => socket.close(resolve));
  });

  it("has ports that are free, below those of outgoing connections", async () => {
    const block = await takePortBlock(host);
    for (const port of portsOf(block)) {
      expect(port).to.be.within(10_240, 32_000);
      expect(await canListen(port), String(port)).to.equal(true);
    }
    await block.release();
  });
});

function portsOf(block: PortBlock): readonly number[] {
  return Array.from({ length: placesUsed }, (_, place) => block.port(place));
}

async function canListen(port: number): Promise<boolean> {
  const server: Server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}
