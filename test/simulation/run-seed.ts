import type { Mutant } from "../../protocol/mutant.ts";
import { drawProfile, type Profile } from "./profile.ts";
import { type Outcome, run } from "./run.ts";
import { Violation } from "./violation.ts";

/** What came of one seed. */
export type SeedResult =
  | { readonly kind: "held"; readonly outcome: Outcome }
  | { readonly kind: "broke"; readonly violation: Violation; readonly profile: Profile };

/** Runs one seed; what is no violation of a rule is a bug of the simulator, and thrown. */
export function runSeed(seed: number, mutant?: Mutant): SeedResult {
  return runProfile(drawProfile(seed, mutant));
}

/** Runs one profile. */
export function runProfile(profile: Profile, log?: (line: string) => void): SeedResult {
  try {
    return { kind: "held", outcome: run(profile, log) };
  } catch (error) {
    if (error instanceof Violation) return { kind: "broke", violation: error, profile };
    throw new Error(`the simulator failed at seed ${profile.seed}`, { cause: error });
  }
}

/** The command that repeats a seed. */
export function commandOf(seed: number, mutant?: Mutant): string {
  return `npm run simulate -- --seed ${seed}${mutant === undefined ? "" : ` --mutant ${mutant}`}`;
}
