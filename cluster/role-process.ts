import { resolve } from "node:path";
import { formatAddress, parseAddress } from "../io/address.ts";
import { type ClusterSettings, type RoleSettings, settingsEnvironment } from "../io/cluster-settings.ts";
import { isEveryHost } from "../io/own-address.ts";
import { type ChildReport, takeReports } from "../io/process-life.ts";
import { readClusterKey } from "../io/seal.ts";
import { unreachable } from "../protocol/assert.ts";
import type { Address } from "../protocol/ids.ts";
import { bindFailure } from "./bind-failure.ts";
import { makeDirectory, managerDirectory } from "./data-directory.ts";
import { ownAddresses } from "./own-addresses.ts";
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
  const { group, hasMulticast, peers, versions, quorums, theatres, zone, businessDate, isLab, limits } = options;
  return {
    keyFile: resolve(options.keyFile),
    group: hasMulticast ? group : null,
    sequencers: [],
    managers: {},
    discovery: { meeting: hasMulticast ? nextPort(group) : null, peers },
    versions,
    quorums,
    theatres,
    zone,
    businessDate,
    isLab,
    limits,
  };
}

async function roleSettings(options: RoleOptions): Promise<RoleSettings> {
  const { role } = options;
  const { bind, address } = await ownAddresses(options);
  const multicastHost = options.interface ?? (isEveryHost(parseAddress(bind).host) ? null : parseAddress(bind).host);
  const common = { address, bind, ...(multicastHost === null ? {} : { interface: multicastHost }) };
  switch (role.kind) {
    case "sequencer":
      return { ...common, id: role.id, election: { ranksAbove: 0, mayFound: role.mayFound } };
    case "replica-manager": {
      const directory = resolve(role.dataDirectory);
      makeDirectory(directory);
      const shadow = role.shadow === null ? {} : { shadow: role.shadow };
      return { ...common, id: role.slot, dataDirectory: managerDirectory(directory, role.slot), ...shadow };
    }
    case "frontend": {
      const { host, port, publicUrl } = role;
      return { ...common, id: 0, http: { host, port, publicUrl, takesNextPort: false } };
    }
    default:
      return unreachable(role);
  }
}

function nextPort(group: Address): Address {
  const { host, port } = parseAddress(group);
  return formatAddress({ host, port: port + 1 });
}
