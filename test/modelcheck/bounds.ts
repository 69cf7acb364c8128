import type { Mutant } from "../../protocol/mutant.ts";

/** How far a search goes: everything within these is explored. */
export interface Bounds {
  /**
   * The epoch that each candidate asks for first, by what it has heard; before them stands the sequencer that leads
   * epoch 1.
   */
  readonly candidates: readonly number[];
  /** Number of the last epoch that anybody asks for. */
  readonly epochsMax: number;
  /** Requests that each sequencer numbers at most, the leader of epoch 1 first. */
  readonly requestsMax: readonly number[];
  /** Epochs that each candidate asks for at most. */
  readonly campaignsMax: number;
  /** Crashes of managers, all together. */
  readonly crashesMax: number;
  /** Whether things happen between an append and the end of its write. */
  readonly isWriteSlow: boolean;
  /**
   * Whether each sequencer does at once what takes nothing from it: a candidate asks for its one epoch at the start, and
   * who leads numbers all its requests. Nobody tells a sequencer of commit points or of later epochs then, which only
   * keep it from something.
   */
  readonly isEager: boolean;
  /** The rule that is left out, if any. */
  readonly mutant?: Mutant;
}

const eager = { epochsMax: 3, campaignsMax: 1, crashesMax: 0, isWriteSlow: false, isEager: true } as const;

/** What is searched, by the name that the command line takes. */
export const namedBounds = {
  /** A takeover, and every crash during it. */
  takeover: { ...eager, candidates: [2], requestsMax: [2, 2], crashesMax: 1 },
  /** The same while the disks take their time. */
  slowDisks: { ...eager, candidates: [2], requestsMax: [1, 1], crashesMax: 1, isWriteSlow: true },
  /** Two candidates ask for the same number. */
  rivals: { ...eager, candidates: [2, 2], requestsMax: [2, 1, 1] },
  /** Sequencers that hear of commit points and of each other, give up and ask again. */
  free: { ...eager, candidates: [2], epochsMax: 2, requestsMax: [1, 1], isEager: false },
  /** Two takeovers, one after the other or at the same time. */
  threeEpochs: { ...eager, candidates: [2, 3], requestsMax: [1, 1, 1] },
  /** The same with a suffix that no epoch goes on from. */
  deadSuffix: { ...eager, candidates: [2, 3], requestsMax: [2, 1, 0] },
  /** Two takeovers, and every crash during them: more states than all the others together. */
  crashedEpochs: { ...eager, candidates: [2, 3], requestsMax: [1, 1, 0], crashesMax: 1 },
} as const satisfies Record<string, Bounds>;

/** The name of what is searched. */
export type BoundName = keyof typeof namedBounds;

/** Mutants that an election has to do without, and where each is missed. */
export const mutantBounds: Partial<Record<Mutant, BoundName>> = {
  electionOfTwo: "takeover",
  goOnWithoutLog: "takeover",
  longestLog: "deadSuffix",
  promiseInMemory: "takeover",
  reuseEpoch: "takeover",
  keepSuffix: "takeover",
};
