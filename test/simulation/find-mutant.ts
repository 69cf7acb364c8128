import type { Mutant } from "../../protocol/mutant.ts";
import { drawProfile } from "./profile.ts";
import { runProfile } from "./run-seed.ts";
import type { Rule, Violation } from "./violation.ts";

/** How a mutant was found. */
export interface Found {
  /** Seeds that it took. */
  readonly seed: number;
  readonly violation: Violation;
}

/** What can have any reason: a rule that was left out is not what it tells of, unless waiting for ever is what it does. */
const vague: readonly Rule[] = ["live", "converges", "bounded"];

/**
 * The first seed, up to `seedsMax`, in which the rule is missed: with it left out a run breaks, and the very same run
 * with it in place holds.
 */
export function findMutant(mutant: Mutant, seedsMax: number): Found | undefined {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const profile = drawProfile(seed, mutant);
    const result = runProfile(profile);
    if (result.kind === "held") continue;
    if (vague.includes(result.violation.rule) && mutant !== "keepInFlight") continue;
    if (runProfile({ ...profile, mutant: undefined }).kind === "broke") continue;
    return { seed, violation: result.violation };
  }
  return undefined;
}
