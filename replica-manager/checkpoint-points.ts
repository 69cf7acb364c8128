import type { Sequence } from "../protocol/ids.ts";

/** The history is at least so many times as long as the distance of checkpoints, which grows to so many times the first. */
const historyPerStep = 8;
const stepsMax = 16;

/**
 * Tells whether every manager takes a checkpoint behind that number. An export costs as much as the state is large, and
 * the state grows with the history; so checkpoints, `everyEntries` apart at first, move apart as the history grows, up to
 * 16 times as far, and each entry pays for a bounded number of rows.
 */
export function isCheckpointPoint(n: Sequence, everyEntries: number): boolean {
  let step = everyEntries;
  while (step * historyPerStep <= n && step < everyEntries * stepsMax) step *= 2;
  return n % step === 0;
}
