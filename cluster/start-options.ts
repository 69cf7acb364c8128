import type { BusinessDate, Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { defaultQuorums, type Quorums } from "../protocol/quorum.ts";

/** How a cluster on one machine is started: the options of `quartet start`. */
export interface StartOptions {
  /** Where the front end listens. */
  readonly host: string;
  /** 0 takes a free one; a port that is taken gives way to the next free one. */
  readonly port: number;
  /** Directory of the cluster key and of all managers' logs and snapshots. */
  readonly dataDirectory: string;
  /** False keeps logs and snapshots in memory only: to measure what the disk costs. */
  readonly isDurable: boolean;
  /** Allows fault injection and the lab clock. */
  readonly isLab: boolean;
  readonly businessDate: BusinessDate | null;
  readonly zone: string;
  /** Makes sample shows when the state is empty. */
  readonly hasSample: boolean;
  /** The version of each slot, from slot 1. */
  readonly versions: readonly string[];
  /** Command line of a replica that is compared and never votes, words with single spaces between; at the manager of `shadowSlot`. */
  readonly shadow: string | null;
  readonly theatres: readonly string[];
  /** How many sequencers there are; one leads, and another takes over when it is gone. */
  readonly sequencers: number;
  /** Scheme, host and port that clients are told, where that is not where the front end listens. */
  readonly publicUrl: string | null;
  /** Whether orders travel by multicast, or as one datagram to each manager. */
  readonly hasMulticast: boolean;
  /** How many equal replies decide, by class of operations. */
  readonly quorums: Quorums;
  /** Limits other than the defaults. */
  readonly limits: Partial<Limits>;
}

/** Sequencers that there may be on one machine: so many places a block of ports has for them. */
export const launchedSequencersMax = 8;

/** The slot whose manager runs the replica in shadow. */
export const shadowSlot: Slot = 4;

/** The options of a start that says nothing. */
export const defaultStartOptions: StartOptions = {
  host: "127.0.0.1",
  port: 8080,
  dataDirectory: "./data",
  isDurable: true,
  isLab: false,
  businessDate: null,
  zone: "America/Toronto",
  hasSample: false,
  versions: ["table", "ledger", "grid", "sql"],
  shadow: null,
  theatres: ["ATW", "VER", "OUT"],
  sequencers: 2,
  publicUrl: null,
  hasMulticast: true,
  quorums: defaultQuorums,
  // On loopback a datagram may be larger than on Ethernet, which saves system calls.
  limits: { datagramBytesMax: 8192 },
};
