import { struct, u53, type ValueOf } from "./codec.ts";
import { digest } from "./request.ts";

/** Digests of one manager at one point of the order: of the history, the state of its replica, its client table. */
export const checkpointFields = { n: u53, historyDigest: digest, stateDigest: digest, tableDigest: digest };

/** Digests of one manager at one point of the order. */
export const checkpointDigests = struct(checkpointFields);

/** Digests of one manager at one point of the order. */
export type CheckpointDigests = ValueOf<typeof checkpointDigests>;

/** True when number, history, state and client table are the same. */
export function isSameCheckpoint(a: CheckpointDigests, b: CheckpointDigests): boolean {
  return a.n === b.n && digestsOf(a) === digestsOf(b);
}

function digestsOf(checkpoint: CheckpointDigests): string {
  return `${checkpoint.historyDigest} ${checkpoint.stateDigest} ${checkpoint.tableDigest}`;
}
