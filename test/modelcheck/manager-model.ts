import type { Epoch } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import type { Bounds } from "./bounds.ts";

const neverMs = 1_000_000_000;

/**
 * Limits of a manager whose clock stands still: every question is answered at once, nobody is refused for a sequencer
 * that is still heard, and no gap is asked for, since the network forgets nothing.
 */
export const managerLimits: Limits = {
  ...defaultLimits,
  sequencerSilenceMs: 0,
  electionRetryMs: 0,
  resendJitterMs: [neverMs, neverMs],
  fetchRetryMs: neverMs,
};

/** Writes and answers that wait for a slow disk at a time: beyond that no message comes in. */
export const waitsMax = 2;

/** Settings, and whom it tells; what waits for the disk, which the model tells apart itself. */
const surroundings = [
  "hidden_config",
  "hidden_events",
  "hidden_onDurable",
  "hidden_sha256",
  "journal",
  "hidden_journal",
];
/** How often it was rolled back; when to ask for a gap, and whom for entries a second time; times whose limit is 0. */
const idle = ["hidden_branch", "hidden_gap", "hidden_highest", "hidden_epoch", "hidden_heardAt", "hidden_joinAt"];
/** What only the status tells, and what only a log that begins behind a snapshot looks at. */
const untold = ["hidden_otherEpoch", "hidden_heardCommit"];

/**
 * Fields of a manager's core that decide nothing in the model. Who started an epoch counts only until that is adopted
 * (`isStarting`), which takes time where disks are slow.
 */
export function fieldsOmitted(isStarting: boolean): ReadonlySet<string> {
  return isStarting ? whileStarting : atRest;
}

const whileStarting: ReadonlySet<string> = new Set([...surroundings, ...idle, ...untold]);
const atRest: ReadonlySet<string> = new Set([...whileStarting, "hidden_startedBy"]);

/** False for what a manager says that never arrives within the bounds. */
export function isToldByManager(message: Message, { isEager }: Bounds): boolean {
  switch (message.kind) {
    case "adopted":
    case "fetchEntries":
    case "entries":
      return true;
    case "promise":
      return message.isGranted || !isEager;
    case "stored":
    case "superseded":
      return !isEager;
    default:
      return false;
  }
}

/** Where a sequencer that spoke is reached: its nonce says so. */
export function senderOf(message: Message): string {
  return "epoch" in message && message.epoch !== null ? sequencerOf(message.epoch) : "";
}

/** An epoch for a reader. */
export function printEpoch(epoch: Epoch | null): string {
  return epoch === null ? "none" : `${epoch.number} of ${sequencerOf(epoch)}`;
}

function sequencerOf({ nonce }: Epoch): string {
  return `s${Number.parseInt(nonce, 16)}`;
}
