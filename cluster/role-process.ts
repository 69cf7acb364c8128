import { resolve } from "node:path";
import { formatAddress, parseAddress } from "../io/address.ts";
import { type ClusterSettings, type RoleSettings, settingsEnvironment } from "../io/cluster-settings.ts";
import { isEveryHost, ownHostTowards } from "../io/own-address.ts";
import { addressOf, familyOf, type IpFamily } from "../io/peer-addresses.ts";
import { type ChildReport, takeReports } from "../io/process-life.ts";
import { readClusterKey } from "../io/seal.ts";
import { unreachable } from "../protocol/assert.ts";
import type { Address } from "../protocol/ids.ts";
import { makeDirectory, managerDirectory } from "./data-directory.ts";
import type { RoleOptions } from "./role-options.ts";

/**
 * Runs one role in this process, until a signal ends it in order. Rejects with the reason why it cannot start; after
 * that a failure ends the process with an exit code that is not 0.
 */
export async function runRoleHere(options: RoleOptions, onReport: (report: ChildReport) => void): Promise<void> {
  // Read here as well, so that what is wrong with it is said before anything is opened.
  refuseWrongKey(options.keyFile);
  const role = await roleSettings(options);
  Object.assign(process.env, settingsEnvironment(clusterSettings(options), role));
  takeReports(onReport);
  // As `--disable-proto=delete` does, which whoever types a command does not say.
  Reflect.deleteProperty(Object.prototype, "__proto__");
  await import(new URL(`../${options.role.kind}/main.js`, import.meta.url).href).catch((error: unknown) => {
    throw bindFailure(error, role);
  });
}

function refuseWrongKey(keyFile: string): void {
  try {
    readClusterKey(keyFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the cluster key cannot be read: ${why}; "quartet key FILE" makes one`, { cause: error });
  }
}

function clusterSettings(options: RoleOptions): ClusterSettings {
  const { group, hasMulticast, peers, versions, theatres, zone, businessDate, isLab, limits } = options;
  return {
    keyFile: resolve(options.keyFile),
    group: hasMulticast ? group : null,
    sequencers: [],
    managers: {},
    discovery: { meeting: hasMulticast ? nextPort(group) : null, peers },
    versions,
    theatres,
    zone,
    businessDate,
    isLab,
    limits,
  };
}

async function roleSettings(options: RoleOptions): Promise<RoleSettings> {
  const { role } = options;
  const bind = await numeric(options.bind, "bind", familyOf(options.bind));
  const address = await advertised(options, bind);
  const multicastHost = options.interface ?? (isEveryHost(parseAddress(bind).host) ? null : parseAddress(bind).host);
  const common = { address, bind, ...(multicastHost === null ? {} : { interface: multicastHost }) };
  switch (role.kind) {
    case "sequencer":
      return { ...common, id: role.id, election: { ranksAbove: 0, mayFound: role.mayFound } };
    case "replica-manager": {
      const directory = resolve(role.dataDirectory);
      makeDirectory(directory);
      return { ...common, id: role.slot, dataDirectory: managerDirectory(directory, role.slot) };
    }
    case "frontend": {
      const { host, port, publicUrl } = role;
      return { ...common, id: 0, http: { host, port, publicUrl, takesNextPort: false } };
    }
    default:
      return unreachable(role);
  }
}

/** Where the others reach this process: as a number, since every datagram would look a name up. */
async function advertised({ advertise, group, hasMulticast, peers }: RoleOptions, bind: Address): Promise<Address> {
  if (advertise !== null) {
    const said = await numeric(advertise, "advertise", familyOf(bind));
    if (!isEveryHost(parseAddress(said).host)) return said;
    throw new Error(`--advertise ${advertise}: that is no address that others can reach`);
  }
  const { host, port } = parseAddress(bind);
  if (!isEveryHost(host)) return bind;
  const [peer] = peers;
  const towards = hasMulticast || peer === undefined ? group : peer;
  const own = await ownHostTowards(parseAddress(towards), familyOf(bind));
  if (own === undefined)
    throw new Error("this machine has no address but loopback: say with --advertise where it is reached");
  return formatAddress({ host: own, port });
}

async function numeric(address: Address, option: string, family: IpFamily): Promise<Address> {
  const found = await addressOf(address, family);
  if (found === undefined) throw new Error(`--${option} ${address}: nobody knows that host`);
  return found;
}

function nextPort(group: Address): Address {
  const { host, port } = parseAddress(group);
  return formatAddress({ host, port: port + 1 });
}

/** The system's word says too little for an operator. */
function bindFailure(error: unknown, { address, bind, interface: own }: RoleSettings): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE" || code === "EADDRNOTAVAIL" || code === "EACCES") {
    return new Error(`cannot listen on ${bind ?? address}: ${code}`, { cause: error });
  }
  const isMulticast = /addMembership|setMulticastInterface/.test(syscall ?? "");
  if (!isMulticast) return error;
  const which = own ?? parseAddress(address).host;
  return new Error(
    `cannot reach the multicast group from ${which}: ${code}; name an address of this machine with --interface, or use --no-multicast`,
    { cause: error },
  );
}
