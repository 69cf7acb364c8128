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

  it("stays taken until it is released: its first port refuses a second listener", async () => {
    const block = await takePortBlock(host);
    const first = block.port(0) - 1;
    expect(await canListen(first)).to.equal(false);
    await block.release();
    expect(await canListen(first)).to.equal(true);
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
