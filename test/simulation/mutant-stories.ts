import type { Chance } from "../../protocol/chance.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import { pick } from "./chance-streams.ts";
import type { FaultEvent, FaultKind } from "./schedule.ts";

/** One thing of a story: what, to whom (anybody where it is 0), when after the one before it ended, and for how long. */
type Scene = readonly [kind: FaultKind, target: number, afterMs: number, forMs: number];

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
  unstampedReads: [sleeper, deadSuffix],
};

/** Draws what a mutant is likely to be found by, with its times and targets moved at random. */
export function drawStory(mutant: Mutant, chance: Chance): FaultEvent[] {
  const scenes = pick(chance, stories[mutant] ?? [[]]);
  let at = 0;
  return scenes.map(([kind, target, afterMs, forMs]) => {
    at += chance.between(afterMs - (afterMs >> 2), afterMs + (afterMs >> 2));
    const anybody = kind === "halves" ? chance.between(1, 3) : chance.between(1, 4);
    const duration = forMs + chance.between(0, (forMs >> 3) + 5);
    return { at, kind, target: target === 0 ? anybody : target, forMs: duration, draw: chance.u32() };
  });
}
