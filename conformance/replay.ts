import type { Conversation, Output, RequestInput, Subject } from "./conversation.ts";
import { asCase, type Disagreement, exportEveryOf, findDisagreement, type Story, tellStory } from "./disagreement.ts";
import { shrink } from "./shrink.ts";
import { sturdyConversation } from "./sturdy-conversation.ts";

/** What one replica gave: an answer, an export, or `failed` with how it failed. */
export interface Given {
  readonly replica: string;
  readonly output: Output;
}

/** What came of a story that was executed again. */
export interface Replay {
  /** To its last request. */
  readonly answers: readonly Given[];
  /** Where the replicas differ first; `null` where they do not, or there is only one. */
  readonly first: FirstDifference | null;
  /** A short story after which they differ too; `null` where they do not. */
  readonly shortest: ShortestStory | null;
}

/** The request after which replicas differ: in their answers to it, or in their states. */
export interface FirstDifference {
  /** `null` where they differ before any. */
  readonly request: RequestInput | null;
  readonly of: "answer" | "state";
  readonly outputs: readonly Given[];
}

/** A story that was shortened. */
export interface ShortestStory extends Story {
  readonly of: "answer" | "state";
  readonly outputs: readonly Given[];
  /** As a case for `conformance/rules/`, with the answers of the first replica. */
  readonly asCase: string;
  /** Runs that shortening it took. */
  readonly trials: number;
}

/**
 * Executes a story on every replica, finds where they differ first, and shortens the story as far as they still differ.
 * `subjects` begins with the one that has the last word. `onProgress` is told how many runs shortening took so far.
 */
export async function replayStory(
  story: Story,
  subjects: readonly Subject[],
  onProgress: (trials: number) => void,
): Promise<Replay> {
  const conversations = subjects.map(sturdyConversation);
  const given = (outputs: readonly Output[]): readonly Given[] =>
    outputs.map((output, index) => ({ replica: subjects[index]?.name ?? "", output }));
  try {
    const answers = given(await Promise.all(conversations.map((conversation) => lastAnswer(conversation, story))));
    const found = await findFirst(conversations, story);
    if (found === undefined) return { answers, first: null, shortest: null };
    const first = { request: found.requests.at(-1) ?? null, of: kindOf(found), outputs: given(found.outputs) };
    let trials = 0;
    const smallest = await shrink(conversations, found, undefined, (count) => {
      trials = count;
      onProgress(count);
    });
    const { state, requests, outputs } = smallest;
    const text = await asCase(conversations[0] as Conversation, smallest);
    const shortest = { state, requests, of: kindOf(smallest), outputs: given(outputs), asCase: text, trials };
    return { answers, first, shortest };
  } finally {
    await Promise.all(conversations.map((conversation) => conversation.close()));
  }
}

async function lastAnswer(conversation: Conversation, story: Story): Promise<Output> {
  return (await tellStory(conversation, story)).at(-1) ?? {};
}

/** The first difference: of answers as they come, of states as near as halving between two exports finds it. */
async function findFirst(conversations: readonly Conversation[], story: Story): Promise<Disagreement | undefined> {
  const exportEvery = exportEveryOf(story);
  let found = await findDisagreement(conversations, story, exportEvery);
  if (found === undefined || kindOf(found) === "answer") return found;
  let equal = Math.max(0, found.requests.length - exportEvery);
  while (found.requests.length - equal > 1) {
    const middle = equal + Math.ceil((found.requests.length - equal) / 2);
    const requests = story.requests.slice(0, middle);
    const earlier = await findDisagreement(conversations, { state: story.state, requests }, middle);
    if (earlier === undefined) equal = middle;
    else if (earlier.requests.length < found.requests.length) found = earlier;
    else break;
  }
  return found;
}

function kindOf({ outputs }: Disagreement): "answer" | "state" {
  return outputs.some((output) => "state" in output) ? "state" : "answer";
}
