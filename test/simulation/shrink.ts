import type { Profile } from "./profile.ts";
import { runProfile, type SeedResult } from "./run-seed.ts";
import { describeEvent, type FaultEvent } from "./schedule.ts";
import type { Rule } from "./violation.ts";

/** A failing run, as short as it was found. */
export interface Shrunk {
  readonly profile: Profile;
  readonly result: Extract<SeedResult, { kind: "broke" }>;
  /** Runs that it took. */
  readonly runs: number;
}

/**
 * Leaves out faults and clients of a failing run while it still breaks the same rule: halves first, then smaller parts,
 * single ones last (delta debugging, Zeller 2002). At most `runsMax` runs.
 */
export function shrink(failed: Extract<SeedResult, { kind: "broke" }>, runsMax: number): Shrunk {
  let best = failed;
  let runs = 0;
  const { rule } = failed.violation;
  const hasRunsLeft = () => runs < runsMax;
  const isStillBroken = (profile: Profile): boolean => {
    runs++;
    const result = runProfile(profile);
    if (!breaks(result, rule)) return false;
    best = result;
    return true;
  };
  for (let size = failed.profile.events.length; size >= 1 && hasRunsLeft(); size >>= 1) {
    for (let start = 0; start < best.profile.events.length && hasRunsLeft(); ) {
      const events = without(best.profile.events, start, size);
      if (!isStillBroken({ ...best.profile, events })) start += size;
    }
  }
  for (const field of ["clients", "callsMax"] as const) {
    while (best.profile.workload[field] > 1 && hasRunsLeft()) {
      const workload = { ...best.profile.workload, [field]: best.profile.workload[field] >> 1 };
      if (!isStillBroken({ ...best.profile, workload })) break;
    }
  }
  return { profile: best.profile, result: best, runs };
}

/** The shortened run for people: what broke, who called, and what happened when. */
export function describeShrunk({ profile, result, runs }: Shrunk): string {
  const { clients, thinkMs, callsMax } = profile.workload;
  const load = `${clients} clients, ${callsMax} calls each at most, ${thinkMs} ms apart`;
  const schedule = profile.events.map(describeEvent);
  return [`shortened in ${runs} runs to ${load}:`, ...schedule, result.violation.message].join("\n  ");
}

function without(events: readonly FaultEvent[], start: number, count: number): readonly FaultEvent[] {
  return [...events.slice(0, start), ...events.slice(start + count)];
}

function breaks(result: SeedResult, rule: Rule): result is Extract<SeedResult, { kind: "broke" }> {
  return result.kind === "broke" && result.violation.rule === rule;
}
