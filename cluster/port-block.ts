import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
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
 * never share one. `draw` gives a whole number from 0 to below its argument.
 */
export async function takePortBlock(
  host: string,
  draw: (count: number) => number = (count) => randomInt(count),
): Promise<PortBlock> {
  for (let tried = 0; tried < tries; tried++) {
    const first = lowest + portsOfBlock * draw(Math.floor((highest - lowest) / portsOfBlock));
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
    if (!(await isFreeForDatagrams(host, port))) return false;
  }
  return true;
}

function isFreeForDatagrams(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind(port, host, () => socket.close(() => resolve(true)));
  });
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
