import { createSocket } from "node:dgram";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Endpoint } from "./address.ts";
import type { IpFamily } from "./peer-addresses.ts";

/** True for a host that stands for every address of this machine. */
export function isEveryHost(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * The address of this machine that others reach who are reached by way of `towards`; where no route leads there, the
 * first one that is not loopback. Nothing is sent. `undefined` on a machine that is connected to nothing.
 */
export async function ownHostTowards(towards: Endpoint, family: IpFamily): Promise<string | undefined> {
  const byRoute = await sourceOf(towards, family);
  if (byRoute !== undefined) return byRoute;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, address }) => !internal && isIP(address) === family)?.address;
}

/** A connected datagram socket has the address that the system would send from. */
function sourceOf({ host, port }: Endpoint, family: IpFamily): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket(family === 4 ? "udp4" : "udp6");
    const end = (address: string | undefined) => socket.close(() => resolve(address));
    socket.once("error", () => end(undefined));
    socket.connect(port, host, (error?: Error) => end(error === undefined ? socket.address().address : undefined));
  });
}
