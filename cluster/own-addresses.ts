import { formatAddress, parseAddress } from "../io/address.ts";
import { isEveryHost, ownHostTowards } from "../io/own-address.ts";
import { addressOf, familyOf, type IpFamily } from "../io/peer-addresses.ts";
import type { Address } from "../protocol/ids.ts";
import type { RoleOptions } from "./role-options.ts";

/** What says where a role is. */
type Options = Pick<RoleOptions, "bind" | "advertise" | "group" | "interface" | "hasMulticast" | "peers">;

/** Where a role listens and where the others reach it, in numbers; rejects with what an operator can do about it. */
export async function ownAddresses(options: Options): Promise<{ readonly bind: Address; readonly address: Address }> {
  const bind = await numeric(options.bind, "bind", familyOf(options.bind));
  return { bind, address: await advertised(options, bind) };
}

/** Where the others reach this process: as a number, since every datagram would look a name up. */
async function advertised(options: Options, bind: Address): Promise<Address> {
  const { advertise, group, hasMulticast, peers } = options;
  if (advertise !== null) {
    const said = await numeric(advertise, "advertise", familyOf(bind));
    if (!isEveryHost(parseAddress(said).host)) return said;
    throw new Error(`--advertise ${advertise}: that is no address that others can reach`);
  }
  const { host, port } = parseAddress(bind);
  if (!isEveryHost(host)) return bind;
  const towards = hasMulticast ? [group] : peers;
  const byInterface = hasMulticast && !isEveryHost(options.interface ?? "") ? options.interface : null;
  const own = byInterface ?? (await ownHostTowards(towards.map(parseAddress), familyOf(bind)));
  if (own === undefined)
    throw new Error("this machine has no address but loopback: say with --advertise where it is reached");
  return formatAddress({ host: own, port });
}

async function numeric(address: Address, option: string, family: IpFamily): Promise<Address> {
  const found = await addressOf(address, family);
  if (found === undefined) throw new Error(`--${option} ${address}: nobody knows that host`);
  return found;
}
