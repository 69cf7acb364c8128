import type { CheckpointDigests } from "./checkpoint.ts";
import type { Entry } from "./entry.ts";
import type { InstantMs } from "./ids.ts";
import type { LogSummary } from "./log-record.ts";
import type { TableInterval } from "./table-interval.ts";

/** The state of a replica at one point of the order, as canonical JSON, with its digests. */
export interface Snapshot {
  readonly digests: CheckpointDigests;
  /** Log time of the entry at that point. */
  readonly time: InstantMs;
  readonly state: string;
}

/** What a manager finds in its data when it starts. */
export interface Recovered {
  readonly summary: LogSummary;
  /** From `summary.base + 1` to `summary.last`, each with the history digest that follows from the one before. */
  readonly entries: readonly Entry[];
  /** The snapshots of `summary.checkpoints`, oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** The client table at the newest checkpoint, oldest interval first, each linked to the one before by its digest. */
  readonly table: readonly TableInterval[];
}
