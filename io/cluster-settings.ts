import type { Address, BusinessDate, Slot } from "../protocol/ids.ts";
import { contradictionIn, defaultLimits, type Limits } from "../protocol/limits.ts";
import type { Quorums } from "../protocol/quorum.ts";

/** What all processes of one cluster are told alike, as JSON in the environment variable `QUARTET_CLUSTER`. */
export interface ClusterSettings {
  /** Path of the file with the cluster key. */
  readonly keyFile: string;
  /** Multicast group `host:port`, or `null` for one datagram to each manager. */
  readonly group: Address | null;
  /** From id 1; the one with the highest id ranks first. */
  readonly sequencers: readonly Address[];
  readonly managers: Partial<Readonly<Record<Slot, Address>>>;
  /** How the others are found; `null` where all of them stand above. */
  readonly discovery: {
    /** Where every process hears who is there; `null` without multicast. */
    readonly meeting: Address | null;
    /** Where to ask beside: host names are allowed. */
    readonly peers: readonly Address[];
  } | null;
  /** The version that each slot starts with, from slot 1. */
  readonly versions: readonly string[];
  readonly theatres: readonly string[];
  /** Time zone of the IANA database in which the business date is told. */
  readonly zone: string;
  /** The lab clock: the business date of the whole run. */
  readonly businessDate: BusinessDate | null;
  readonly isLab: boolean;
  /** How many equal replies decide, by class of operations. */
  readonly quorums: Quorums;
  /** Limits other than the defaults. */
  readonly limits: Partial<Limits>;
}

/** What one process of a cluster is told beside, as JSON in the environment variable `QUARTET_ROLE`. */
export interface RoleSettings {
  /** Where this process is reached by the others. */
  readonly address: Address;
  /** Where it listens, when that is not `address`. */
  readonly bind?: Address;
  /** The address of the interface that reaches the multicast group, when that is not the host of `address`. */
  readonly interface?: string;
  /** Rank of a sequencer, slot of a manager; 0 for a front end. */
  readonly id: number;
  /** Where a front end listens for clients. */
  readonly http?: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string | null;
    /** Whether it takes the next free port where that one is taken. */
    readonly takesNextPort: boolean;
  };
  /** The directory in which a manager keeps its log and its snapshots; nobody else uses it. */
  readonly dataDirectory?: string;
  /** Command line of the replica that a manager compares with its own: words with single spaces between. */
  readonly shadow?: string;
  /** What a sequencer is told of the others and of the past. */
  readonly election?: {
    /** How many other sequencers rank above it. */
    readonly ranksAbove: number;
    /** False once this service has answered: four managers without data are a loss then, and no beginning. */
    readonly mayFound: boolean;
  };
}

/** The settings of this process. */
export interface ProcessSettings {
  readonly cluster: ClusterSettings;
  readonly role: RoleSettings;
  readonly limits: Limits;
}

/** Reads the settings that the launcher put into the environment; throws where they are missing or contradict themselves. */
export function readProcessSettings(): ProcessSettings {
  const cluster = readVariable("QUARTET_CLUSTER") as ClusterSettings;
  const role = readVariable("QUARTET_ROLE") as RoleSettings;
  const limits = { ...defaultLimits, ...cluster.limits };
  const contradiction = contradictionIn(limits);
  if (contradiction !== undefined) throw new Error(`the limits in QUARTET_CLUSTER cannot be: ${contradiction}`);
  return { cluster, role, limits };
}

/** The environment that hands settings to a process. */
export function settingsEnvironment(cluster: ClusterSettings, role: RoleSettings): Record<string, string> {
  return { QUARTET_CLUSTER: JSON.stringify(cluster), QUARTET_ROLE: JSON.stringify(role) };
}

function readVariable(name: string): unknown {
  const text = process.env[name];
  if (text === undefined) throw new Error(`${name} is not set: this process is started by "quartet"`);
  return JSON.parse(text);
}
