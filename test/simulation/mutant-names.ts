import type { Mutant } from "../../protocol/mutant.ts";

/** Every rule that can be left out, in the order of the table in `docs/protocol.md`; the compiler keeps it complete. */
const numbers: Readonly<Record<Mutant, number>> = {
  matchAcrossEpochs: 1,
  electionOfTwo: 2,
  goOnWithoutLog: 3,
  longestLog: 4,
  replyBeforeDurable: 5,
  promiseInMemory: 6,
  amnesiacVotes: 7,
  reuseEpoch: 8,
  keepSuffix: 9,
  fillGaps: 10,
  noBarrier: 11,
  strangersCount: 12,
  keepTable: 13,
  keepInFlight: 14,
  unstampedReads: 15,
  readsOfAnyEpoch: 15,
  forgetfulTable: 16,
};

/** Every mutant. */
export const mutants = Object.keys(numbers) as readonly Mutant[];

/** The row of the table in `docs/protocol.md` that a mutant stands for; one row may have several. */
export function numberOf(mutant: Mutant): number {
  return numbers[mutant];
}

/** True for the name of a mutant. */
export function isMutant(name: string): name is Mutant {
  return Object.hasOwn(numbers, name);
}
