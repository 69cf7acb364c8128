import type { Incarnation } from "../protocol/ids.ts";
import type { Mutant } from "../protocol/mutant.ts";

/** Who speaks: a manager by its slot and by its data. */
export interface Voice {
  readonly slot: number;
  readonly incarnation: Incarnation;
}

/** Promises that an election reads: with three of four it meets every two that answered together. */
export function promisesNeeded(mutant: Mutant | undefined): number {
  return mutant === "electionOfTwo" ? 2 : 3;
}

/** Managers that have adopted an epoch before it is active. */
export function adoptionsNeeded(mutant: Mutant | undefined): number {
  if (mutant === "noBarrier") return 1;
  return promisesNeeded(mutant);
}

/** True when the one who speaks counts among `members`, incarnations by slot: the slot alone says nothing. */
export function isMember(members: readonly Incarnation[], voice: Voice, mutant: Mutant | undefined): boolean {
  const member = members[voice.slot - 1];
  if (member === undefined) return false;
  if (mutant === "amnesiacVotes" || mutant === "strangersCount") return true;
  return member === voice.incarnation;
}
