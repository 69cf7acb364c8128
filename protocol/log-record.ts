import { checkpointFields } from "./checkpoint.ts";
import { list, nullable, struct, u53, union, type ValueOf } from "./codec.ts";
import { entry } from "./entry.ts";
import { adoption, adoptionFields, epoch } from "./epoch.ts";
import { genesisDigest } from "./history.ts";
import type { Digest, Epoch, Sequence } from "./ids.ts";
import { digest } from "./request.ts";

/** Checkpoints that a log knows of: the oldest, which a rollback may need, and the newest. */
export const checkpointsMax = 16;

/** A checkpoint whose state and client table are on the disk. */
const savedCheckpoint = struct({ ...checkpointFields, time: u53 });
/** A checkpoint whose state and client table are on the disk. */
export type SavedCheckpoint = ValueOf<typeof savedCheckpoint>;

/**
 * Every record of a manager's log. Records count in their order: what a manager has promised, adopted and stored is
 * what is left when all of them are applied from the first to the last (`applyRecord`).
 */
export const logRecord = union({
  /** Follows the last entry. */
  entry,
  /** No epoch before this one is accepted any more. */
  promise: struct({ epoch }),
  /** The log is that of this epoch from here on. */
  adoption,
  /** Entries behind `n`, and checkpoints there, are no longer part of the log. */
  rollback: struct({ n: u53 }),
  /** Two managers have stored everything up to `n`. */
  commit: struct({ n: u53 }),
  /** State and client table right behind `n` are on the disk. */
  checkpoint: savedCheckpoint,
  /** The log begins anew behind a checkpoint of other managers. */
  restart: struct({ n: u53, historyDigest: digest }),
  /** Entries up to `n` are forgotten: a checkpoint on the disk stands for them. */
  cut: struct({ n: u53, historyDigest: digest }),
  /** Everything but the entries, as of here: written first into each file, so that older files can go. */
  summary: struct({
    promised: nullable(epoch),
    adoption: nullable(struct(adoptionFields)),
    commitPoint: u53,
    base: u53,
    baseDigest: digest,
    last: u53,
    checkpoints: list(savedCheckpoint, checkpointsMax),
  }),
});

/** One record of a manager's log. */
export type LogRecord = ValueOf<typeof logRecord>;

/** What the records of a log come to, without its entries. */
export interface LogSummary {
  readonly promised: Epoch | null;
  readonly adoption: ValueOf<typeof adoption> | null;
  readonly commitPoint: Sequence;
  /** The last entry that is not kept. */
  readonly base: Sequence;
  readonly baseDigest: Digest;
  /** The last entry. */
  readonly last: Sequence;
  /** Oldest first. */
  readonly checkpoints: readonly SavedCheckpoint[];
}

/** A log without records. */
export const emptySummary: LogSummary = {
  promised: null,
  adoption: null,
  commitPoint: 0,
  base: 0,
  baseDigest: genesisDigest,
  last: 0,
  checkpoints: [],
};
