import type { Slot } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import { checkpointsMax } from "../../protocol/log-record.ts";
import type { FoldedLog } from "./folded-log.ts";
import { Violation } from "./violation.ts";

/** The log of a manager stays within its limits; the queues inside of it assert their own. */
export function checkBounds(slot: Slot, log: FoldedLog, limits: Limits): void {
  const { base, last, checkpoints } = log.summary;
  // An election brings what a peer keeps, in one piece, on top of a log that is full.
  const entriesMax = 4 * limits.logEntriesMax + limits.transferEntriesMax + limits.windowEntriesMax;
  if (last - base > entriesMax) {
    throw new Violation("bounded", `manager ${slot} keeps ${last - base} entries, ${entriesMax} at most are allowed`);
  }
  if (checkpoints.length > checkpointsMax) {
    throw new Violation(
      "bounded",
      `manager ${slot} keeps ${checkpoints.length} checkpoints, ${checkpointsMax} at most are allowed`,
    );
  }
}
