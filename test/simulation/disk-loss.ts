import { isLaterEpoch } from "../../protocol/epoch.ts";
import { isSameEpoch } from "../../protocol/ids.ts";
import type { LogSummary } from "../../protocol/log-record.ts";
import type { LogWitness } from "./log-witness.ts";
import type { SimulatedManager } from "./simulated-manager.ts";

/**
 * True when the loss of that disk is one that is masked: every disk is part of the configuration, every one that was lost
 * before holds again what the others hold, and two of those that stay can go on from what is still kept: with a state
 * that only one has, nobody could tell whether it is right.
 */
export function isDiskExpendable(
  lost: SimulatedManager,
  managers: readonly SimulatedManager[],
  logs: LogWitness,
): boolean {
  const summaries = managers.map((manager) => manager.disk.durable.summary);
  const newest = newestAdoption(summaries);
  if (newest === null || !logs.isActive(newest.epoch)) return false;
  const staying = summaries.filter((_, index) => managers[index] !== lost);
  const base = Math.max(...staying.map((summary) => summary.base));
  if (staying.filter(({ last }) => last >= base).length < 2) return false;
  return managers.every((manager, index) => {
    if (newest.members[index] !== manager.disk.incarnation) return false;
    if (manager === lost || !manager.wasLost) return true;
    const { adoption, base, checkpoints } = summaries[index] as LogSummary;
    const hasState = base === 0 || checkpoints.length > 0;
    return hasState && adoption !== null && isSameEpoch(adoption.epoch, newest.epoch);
  });
}

function newestAdoption(summaries: readonly LogSummary[]): LogSummary["adoption"] {
  let newest: LogSummary["adoption"] = null;
  for (const { adoption } of summaries) {
    if (adoption !== null && isLaterEpoch(adoption.epoch, newest?.epoch ?? null)) newest = adoption;
  }
  return newest;
}
