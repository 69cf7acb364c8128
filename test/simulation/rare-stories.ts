import type { Chance } from "../../protocol/chance.ts";
import { pick } from "./chance-streams.ts";
import { drawScenes, type Scene } from "./scenes.ts";
import type { FaultEvent } from "./schedule.ts";

const slowDisks: readonly Scene[] = [
  ["slowDisk", 1, 50, 900],
  ["slowDisk", 2, 0, 900],
  ["slowDisk", 3, 0, 900],
];

/** A disk is lost; the sequencer that is about to admit the new one stands still while another one takes over, or dies. */
const swaps: readonly (readonly Scene[])[] = [
  [["loseDisk", 4, 250, 20], ["pauseAtSwap", 2, 10, 900], ...slowDisks],
  [["loseDisk", 4, 250, 20], ...slowDisks, ["crashSequencer", 2, 370, 200]],
];

/** One manager goes on alone, and comes back to a rollback that it is not through with when the next epoch is asked for. */
const rollbacks: readonly (readonly Scene[])[] = [
  [
    ["minority", 3, 300, 300],
    ["burst", 1, 20, 0],
    ["burst", 1, 20, 0],
    ["slowDisk", 3, 250, 700],
    ["pauseManager", 3, 60, 400],
    ["crashSequencer", 1, 0, 200],
  ],
];

/** The sequencer that leads is heard and hears nobody, or neither for as long as an election takes. */
const deafness: readonly (readonly Scene[])[] = [
  [["deafSequencer", 2, 200, 600]],
  [
    ["deafSequencer", 2, 200, 600],
    ["isolateSequencer", 2, 0, 230],
  ],
];

const stories = [swaps, rollbacks, deafness];
/** Out of so many seeds, the last ones tell one story each. */
const seedsPerRound = 64;

/** What the seed tells of that hardly ever comes by chance; nothing for most seeds. */
export function drawRareStory(seed: number, chance: Chance): readonly FaultEvent[] {
  const story = stories[(seed % seedsPerRound) - (seedsPerRound - stories.length)];
  return story === undefined ? [] : drawScenes(pick(chance, story), chance);
}
