import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import { pick, streamOf } from "./chance-streams.ts";
import { drawSchedule, type FaultEvent } from "./schedule.ts";
import type { WorkloadProfile } from "./workload.ts";

/** All that is decided about a run before it begins. */
export interface Profile {
  readonly seed: number;
  readonly mutant: Mutant | undefined;
  readonly limits: Limits;
  /** Every message travels as bytes, as in production. */
  readonly isEncoding: boolean;
  readonly skewMs: number;
  readonly troubleMs: number;
  readonly workload: WorkloadProfile;
  readonly events: readonly FaultEvent[];
}

/** Draws a run from its seed. */
export function drawProfile(seed: number, mutant?: Mutant): Profile {
  const chance = streamOf(seed, "profile");
  const troubleMs = chance.between(1200, 2600);
  const events = drawSchedule(seed, troubleMs, mutant);
  return {
    seed,
    mutant,
    limits: { ...drawLimits(seed, mutant), ...(isTooMuch(events) ? { logEntriesMax: 400 } : {}) },
    isEncoding: seed % 8 === 0,
    skewMs: pick(chance, [0, 5, 200]),
    troubleMs,
    workload: { clients: chance.between(2, 4), thinkMs: chance.between(10, 60), callsMax: 40 },
    events,
  };
}

/**
 * With a disk lost and a wrong replica, a third manager that lags behind finds no two that agree on a state: it needs
 * their logs, which must not be cut at a hundred entries then.
 */
function isTooMuch(events: readonly FaultEvent[]): boolean {
  const hasAny = (kinds: readonly string[]) => events.some(({ kind }) => kinds.includes(kind));
  return hasAny(["loseDisk", "rotDisk"]) && hasAny(["lie", "lieOnce", "corrupt"]);
}

/** Small bounds, so that a short run reaches every one of them. */
function drawLimits(seed: number, mutant: Mutant | undefined): Limits {
  const chance = streamOf(seed, "profile", 1);
  const windowEntriesMax = pick(chance, [12, 48, 128]);
  const isTableSmall = mutant === "forgetfulTable" || chance.happens(0.06);
  return {
    ...defaultLimits,
    windowEntriesMax,
    // What is not stored yet can be sent again: the ring reaches back over the window at least.
    ringEntriesMax: windowEntriesMax + pick(chance, [0, 96]),
    resendEntriesMax: 16,
    resendTriesMax: 8,
    transferEntriesMax: pick(chance, [5, 64]),
    partBytesMax: pick(chance, [64, 4096]),
    partsInFlightMax: 2,
    tableSpanRows: pick(chance, [3, 16]),
    logEntriesMax: pick(chance, [100, 400]),
    checkpointEveryEntries: pick(chance, [10, 25]),
    clientTableEntriesMax: isTableSmall ? 12 : 1000,
    clientHorizonMs: chance.happens(0.15) ? 4000 : 3_600_000,
    admitAfterMs: 300,
    storedEveryMs: 80,
    fetchRetryMs: 60,
    probeMs: 300,
    silenceMs: 1500,
    recoveryRetryMs: 100,
    rebuildStallMs: 1500,
    restartBackoffMs: [10, 300],
    resultEverywhereCharsMax: 200,
    answerDeadlineMs: 1500,
    patienceMs: [50, 500],
  };
}
