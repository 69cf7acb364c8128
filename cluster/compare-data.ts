import type { LogReport } from "../io/storage/verify-log.ts";
import { isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { Sequence, Slot } from "../protocol/ids.ts";
import type { LogDigests } from "./log-digests.ts";

/** The log of one manager against that of the one that is ahead. */
export interface Comparison {
  readonly slot: Slot;
  /** Who is ahead: the latest epoch, then the longest log. */
  readonly with: Slot;
  /** The last number that both have, and up to which they are the same unless `verdict` says otherwise. */
  readonly at: Sequence;
  readonly behind: number;
  /**
   * `equal`: H is the same there. `unconfirmed`: what differs was stored by fewer than two in an earlier epoch and is
   * rolled back when the manager joins. `unknown`: one log no longer reaches the end of the other. `different`: two
   * histories, or two states of one history.
   */
  readonly verdict: "equal" | "unconfirmed" | "unknown" | "different";
  /** Of a difference: what differs, for people. */
  readonly what: string | null;
}

/** What a comparison reads of a manager. */
export type Compared = Pick<LogReport, "adopted" | "end" | "commitPoint" | "checkpoints"> & { readonly slot: Slot };

/** Compares the data of every manager with that of the one that is ahead. */
export async function compareData(all: readonly Compared[], digests: LogDigests): Promise<readonly Comparison[]> {
  const [ahead, ...others] = all.toSorted((a, b) => epochOf(b) - epochOf(a) || b.end.n - a.end.n || a.slot - b.slot);
  const comparisons: Comparison[] = [];
  if (ahead === undefined) return comparisons;
  for (const one of others.toSorted((a, b) => a.slot - b.slot)) {
    const at = Math.min(one.end.n, ahead.end.n);
    const behind = Math.max(0, ahead.end.n - one.end.n);
    const head = { slot: one.slot, with: ahead.slot, at, behind };
    comparisons.push({ ...head, ...(await judge(one, ahead, at, digests)) });
  }
  return comparisons;
}

type Judgement = Pick<Comparison, "verdict" | "what">;

async function judge(one: Compared, ahead: Compared, at: Sequence, digests: LogDigests): Promise<Judgement> {
  const state = differingCheckpoint(one, ahead);
  if (state !== undefined) {
    return { verdict: "different", what: `the same history and another state or client table at ${state}` };
  }
  const isEqual = await isEqualAt(at, one, ahead, digests);
  if (isEqual === undefined) return { verdict: "unknown", what: null };
  if (isEqual) return { verdict: "equal", what: null };
  const isOlder = epochOf(one) < epochOf(ahead);
  const confirmed = Math.min(at, one.commitPoint);
  if (isOlder && (await isEqualAt(confirmed, one, ahead, digests)) !== false) {
    return { verdict: "unconfirmed", what: null };
  }
  return { verdict: "different", what: `another history at ${at}` };
}

/** `undefined` where one of them does not know H any more. */
async function isEqualAt(
  n: Sequence,
  one: Compared,
  other: Compared,
  digests: LogDigests,
): Promise<boolean | undefined> {
  const at = async ({ slot, end }: Compared) => (end.n === n ? end.historyDigest : await digests.at(slot, n));
  const [a, b] = [await at(one), await at(other)];
  return a === undefined || b === undefined ? undefined : a === b;
}

/** Where two have a checkpoint of the same history and are not the same there. */
function differingCheckpoint(one: Compared, other: Compared): Sequence | undefined {
  const theirs = new Map(other.checkpoints.map((checkpoint) => [checkpoint.n, checkpoint]));
  return one.checkpoints.find((checkpoint) => {
    const there = theirs.get(checkpoint.n);
    const isSameHistory = there?.historyDigest === checkpoint.historyDigest;
    return there !== undefined && isSameHistory && !isSameCheckpoint(checkpoint, there);
  })?.n;
}

function epochOf({ adopted }: Compared): number {
  return adopted?.number ?? 0;
}
