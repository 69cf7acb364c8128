import { formatAddress, parseAddress } from "../io/address.ts";
import type { RoleSettings } from "../io/cluster-settings.ts";

/** What an operator is told of an error at the start of a role: the system's word, where it is not about a socket. */
export function bindFailure(error: unknown, { address, interface: own }: Pick<RoleSettings, "address" | "interface">) {
  const { code, syscall, address: host, port } = (error ?? {}) as NodeJS.ErrnoException & Partial<Bound>;
  // The lock of a directory listens too: on a name, without a port.
  if ((syscall === "bind" || syscall === "listen") && host !== undefined && port !== undefined && port > 0) {
    return new Error(`cannot listen on ${formatAddress({ host, port })}: ${code}`, { cause: error });
  }
  if (syscall !== "addMembership" && syscall !== "setMulticastInterface") return error;
  const which = own ?? parseAddress(address).host;
  return new Error(
    `cannot reach the multicast group from ${which}: ${code}; name an address of this machine with --interface, or use --no-multicast`,
    { cause: error },
  );
}

/** What the platform's error about a socket tells beside. */
interface Bound {
  readonly address: string;
  readonly port: number;
}
