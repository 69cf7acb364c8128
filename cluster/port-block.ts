import { randomInt } from "node:crypto";
import { createServer, type Server } from "node:net";

/** A run of ports on loopback that belongs to one cluster as long as it is held. */
export interface PortBlock {
  /** The port with that place in the block, from 0. */
  port(place: number): number;
  release(): Promise<void>;
}

/** Below the ports that systems give to outgoing connections, so that none of those takes one of ours. */
const lowest = 10_240;
const highest = 32_000;
const portsOfBlock = 16;
const tries = 200;

/**
 * Takes a block of ports: whoever listens on its first port owns the rest, so two clusters that start at the same time
 * never share one.
 */
export async function takePortBlock(host: string): Promise<PortBlock> {
  for (let tried = 0; tried < tries; tried++) {
    const first = lowest + portsOfBlock * randomInt(Math.floor((highest - lowest) / portsOfBlock));
    const anchor = await listen(host, first);
    if (anchor === undefined) continue;
    if (await areFree(host, first + 1)) {
      return { port: (place) => first + 1 + place, release: () => closeServer(anchor) };
    }
    await closeServer(anchor);
  }
  throw new Error(`no ${portsOfBlock} free ports in a row between ${lowest} and ${highest}: end what uses them`);
}

async function areFree(host: string, first: number): Promise<boolean> {
  for (let port = first; port < first + portsOfBlock - 1; port++) {
    const server = await listen(host, port);
    if (server === undefined) return false;
    await closeServer(server);
  }
  return true;
}

function listen(host: string, port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(undefined));
    server.listen(port, host, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
