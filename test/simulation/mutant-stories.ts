import type { Chance } from "../../protocol/chance.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import { pick } from "./chance-streams.ts";
import { drawScenes, type Scene } from "./scenes.ts";
import type { FaultEvent } from "./schedule.ts";

/** One manager goes on alone with the sequencer that leads, then comes back while the next one dies. */
const deadSuffix: readonly Scene[] = [
  ["minority", 0, 300, 300],
  ["burst", 1, 20, 0],
  ["burst", 1, 20, 0],
  ["crashSequencer", 1, 290, 300],
];

/** The sequencer that leads sleeps through the election of the next one, while managers lag. */
const sleeper: readonly Scene[] = [
  ["pauseSequencer", 2, 200, 500],
  ["lates", 1, 50, 900],
  ["partialMulticast", 1, 0, 900],
  ["slowManager", 0, 50, 700],
  ["slowManager", 0, 0, 700],
  ["burst", 1, 250, 0],
];

/** A disk is lost while others are away, before and after the newcomer came. */
const lostDisk: readonly Scene[] = [
  ["isolateManager", 0, 100, 500],
  ["loseDisk", 0, 200, 50],
  ["crashSequencer", 2, 150, 300],
  ["isolateManager", 0, 20, 600],
  ["halves", 0, 100, 500],
];

/** What two managers stored without the others is on one disk when the election comes. */
const lastCopy: readonly Scene[] = [
  ["halves", 1, 250, 300],
  ["burst", 1, 30, 0],
  ["isolateManager", 2, 230, 800],
  ["loseDisk", 1, 5, 20],
  ["crashSequencer", 2, 5, 200],
  ["crashSequencer", 1, 0, 20],
];

/** The sequencer dies again and again while datagrams are lost. */
const deaths: readonly Scene[] = [
  ["losses", 1, 100, 900],
  ["partialMulticast", 1, 0, 900],
  ["crashSequencer", 2, 50, 100],
  ["isolateManager", 0, 50, 400],
  ["crashSequencer", 1, 200, 100],
  ["crashSequencer", 2, 200, 100],
];

/** Two managers cannot store while the other two answer. */
const laggards: readonly Scene[] = [
  ["fullDisk", 3, 200, 300],
  ["fullDisk", 4, 0, 300],
];

/** A deaf sequencer oversleeps its successor's election, and wakes while two managers lag behind in the new epoch. */
const deafSleeper: readonly Scene[] = [
  ["deafSequencer", 2, 200, 600],
  ["pauseSequencer", 2, 0, 340],
  ["fullDisk", 3, 270, 300],
  ["fullDisk", 4, 0, 300],
];

/** A deaf sequencer is not heard for as long as the election of the next one takes, and then again. */
const deafOrphan: readonly Scene[] = [
  ["deafSequencer", 2, 200, 600],
  ["isolateSequencer", 2, 0, 230],
  ["fullDisk", 3, 250, 300],
  ["fullDisk", 4, 0, 300],
];

/** What each mutant is likely to be found by; the others are found by anything. */
const stories: { readonly [Name in Mutant]?: readonly (readonly Scene[])[] } = {
  matchAcrossEpochs: [deaths, sleeper],
  electionOfTwo: [[["halves", 0, 100, 800]], deaths],
  goOnWithoutLog: [deaths],
  longestLog: [deadSuffix],
  amnesiacVotes: [lostDisk, lastCopy],
  reuseEpoch: [deaths],
  keepSuffix: [deadSuffix],
  noBarrier: [deaths],
  strangersCount: [lastCopy],
  keepTable: [deadSuffix, deaths],
  keepInFlight: [deadSuffix, deaths],
  unstampedReads: [laggards],
  readsOfAnyEpoch: [deafSleeper, deafOrphan],
};

/** Draws what a mutant is likely to be found by, with its times and targets moved at random. */
export function drawStory(mutant: Mutant, chance: Chance): FaultEvent[] {
  return drawScenes(pick(chance, stories[mutant] ?? [[]]), chance);
}
