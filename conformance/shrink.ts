import type { CanonicalState } from "../replicas/contract.ts";
import type { Conversation } from "./conversation.ts";
import { type Disagreement, exportEveryOf, findDisagreement, type Story } from "./disagreement.ts";

/** Runs of a story that shortening one takes at most, unless said. */
const shrinkTrialsMax = 1000;

/** Times that a replica may be silent before shortening ends, or rules before the rest is not tried: each costs its whole patience. */
export const silencesMax = 5;

/** Requests and rows that are handed over in these runs at most: minutes of work. */
export const shrinkWorkMax = 4_000_000;

/**
 * A disagreement with as few requests as leaving some out leads to, and then with as few rows of its first state (delta
 * debugging, Zeller 1999). `onTrial` is told how many runs it took so far.
 */
export async function shrink(
  conversations: readonly Conversation[],
  found: Disagreement,
  trialsMax: number = shrinkTrialsMax,
  onTrial: (trials: number) => void = () => {},
): Promise<Disagreement> {
  const search: Search = { smallest: found, trials: 0, silences: 0, work: 0 };
  const isSmaller = async (story: Story): Promise<boolean> => {
    search.trials++;
    search.work += story.requests.length + story.state[0].length + story.state[1].length;
    onTrial(search.trials);
    const still = await findDisagreement(conversations, story, exportEveryOf(story));
    if (still?.outputs.some((output) => output["kind"] === "silent") === true) search.silences++;
    if (still !== undefined) search.smallest = still;
    return still !== undefined;
  };
  for (const { size, without } of parts) {
    await leaveOut(search, trialsMax, size, (start, count) => isSmaller(without(search.smallest, start, count)));
  }
  return search.smallest;
}

interface Search {
  smallest: Disagreement;
  trials: number;
  silences: number;
  work: number;
}

/** What can be left out of a story: how many there are of it, and the story without some of them. */
interface Part {
  readonly size: (story: Story) => number;
  readonly without: (story: Story, start: number, count: number) => Story;
}

/** A show goes with its bookings, so that what is left is a state. */
const parts: readonly Part[] = [
  {
    size: ({ requests }) => requests.length,
    without: ({ state, requests }, start, count) => ({ state, requests: requests.toSpliced(start, count) }),
  },
  {
    size: ({ state }) => state[0].length,
    without: ({ state, requests }, start, count) => ({ state: withoutShows(state, start, count), requests }),
  },
  {
    size: ({ state }) => state[1].length,
    without: ({ state: [shows, bookings], requests }, start, count) => ({
      state: [shows, bookings.toSpliced(start, count)],
      requests,
    }),
  },
];

/** Halves first, then smaller parts; single ones until none of them can be left out. */
async function leaveOut(
  search: Search,
  trialsMax: number,
  sizeOf: Part["size"],
  isSmallerWithout: (start: number, count: number) => Promise<boolean>,
): Promise<void> {
  for (let count = Math.ceil(sizeOf(search.smallest) / 2); count >= 1; ) {
    let hasShrunk = false;
    for (let start = 0; start < sizeOf(search.smallest); ) {
      const isEnough = search.trials >= trialsMax || search.silences >= silencesMax || search.work >= shrinkWorkMax;
      if (isEnough) return;
      if (await isSmallerWithout(start, count)) hasShrunk = true;
      else start += count;
    }
    if (count === 1 && !hasShrunk) return;
    count = count === 1 ? 1 : Math.ceil(count / 2);
  }
}

function withoutShows([shows, bookings]: CanonicalState, start: number, count: number): CanonicalState {
  const gone = new Set(shows.slice(start, start + count).map(([id, name]) => `${id} ${name}`));
  return [shows.toSpliced(start, count), bookings.filter(([, id, name]) => !gone.has(`${id} ${name}`))];
}
