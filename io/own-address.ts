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
 * The address of this machine that others reach who are reached by way of one of `towards`, loopback only where all of
 * them are; where no route leads there, the first one that is not loopback. Nothing is sent. `undefined` on a machine
 * that is connected to nothing.
 */
export async function ownHostTowards(towards: readonly Endpoint[], family: IpFamily): Promise<string | undefined> {
  const sources: (string | undefined)[] = [];
  for (const one of towards) {
    const source = await sourceOf(one, family);
    if (source !== undefined && !isLoopback(source)) return source;
    // Systems give the name of the machine itself to loopback, where nobody else reaches it.
    sources.push(isIP(one.host) === 0 && one.host !== "localhost" ? undefined : source);
  }
  const [first] = sources;
  if (first !== undefined && !sources.includes(undefined)) return first;
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, address }) => !internal && isIP(address) === family)?.address;
}

function isLoopback(host: string): boolean {
  return host === "::1" || host.startsWith("127.");
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
