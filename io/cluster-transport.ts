import { type Address, slots } from "../protocol/ids.ts";
import { parseAddress } from "./address.ts";
import type { ProcessSettings } from "./cluster-settings.ts";
import { DatagramTransport, type GroupPath, type TransportOptions } from "./datagram-transport.ts";
import { readClusterKey, Seal } from "./seal.ts";

/** Makes the transport that the settings of a process describe. */
export function makeClusterTransport(
  settings: ProcessSettings,
  isMember: boolean,
  onMessages: TransportOptions["onMessages"],
): DatagramTransport {
  const { cluster, role, limits } = settings;
  const managers = slots.map((slot) => cluster.managers[slot]);
  const group = groupPath(cluster.group, role.address, managers);
  const seal = new Seal(readClusterKey(cluster.keyFile));
  return new DatagramTransport({ address: role.address, group, isMember, seal, limits, onMessages });
}

function groupPath(group: Address | null, own: Address, managers: readonly Address[]): GroupPath {
  if (group === null) return { kind: "unicast", managers };
  return { kind: "multicast", group, localHost: parseAddress(own).host };
}
