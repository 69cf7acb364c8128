import type { CanonicalState } from "../replicas/contract.ts";
import {
  type Conversation,
  type Input,
  isRequest,
  type Output,
  ReplicaFailed,
  type RequestInput,
} from "./conversation.ts";
import { firstDifference } from "./difference.ts";

/** Requests and the state that they are executed from. */
export interface Story {
  readonly state: CanonicalState;
  readonly requests: readonly RequestInput[];
}

/**
 * Where replicas that executed the same requests first differ: after the last one of the story, or at once where it has
 * none.
 */
export interface Disagreement extends Story {
  /** What each replica gave then: an answer, an export when all answers were the same, or `failed` with how it failed. */
  readonly outputs: readonly Output[];
}

/**
 * Runs a story on every replica and compares answer by answer, and the states at the start, after every `exportEvery`
 * requests and after the last. A replica that fails differs from one that does not.
 */
export async function findDisagreement(
  conversations: readonly Conversation[],
  { state, requests }: Story,
  exportEvery: number,
): Promise<Disagreement | undefined> {
  const inputs: Input[] = [{ import: state }];
  // A state may be taken in wrongly; nothing is hard to take in wrongly.
  if (state[0].length > 0) inputs.push({ export: true });
  for (const [index, request] of requests.entries()) {
    inputs.push(request);
    if ((index + 1) % exportEvery === 0 || index === requests.length - 1) inputs.push({ export: true });
  }
  const heard = await Promise.all(conversations.map((conversation) => tellOrFail(conversation, inputs)));
  const [first = [], ...others] = heard;
  const at = inputs.findIndex((_, index) => others.some((outputs) => !isSame(first[index], outputs[index])));
  if (at < 0) return undefined;
  return {
    state,
    requests: inputs.slice(0, at + 1).filter(isRequest),
    outputs: heard.map((outputs) => outputs[at] ?? { failed: "it had failed before" }),
  };
}

/** Exports of each replica in one run of a story, and rows in all of them: a state may be large. */
const exportsMax = 64;
const exportedRowsMax = 500_000;

/** After how many requests of a story states can be compared again: 1 where it is short. */
export function exportEveryOf({ state: [shows, bookings], requests }: Story): number {
  const rows = shows.length + bookings.length + requests.length;
  const exports = Math.max(1, Math.min(exportsMax, Math.floor(exportedRowsMax / Math.max(1, rows))));
  return Math.max(1, Math.ceil(requests.length / exports));
}

/** What a replica gives to a story: an answer for each request, or `failed` with how it failed as the last. */
export async function tellStory(conversation: Conversation, { state, requests }: Story): Promise<readonly Output[]> {
  const outputs = await tellOrFail(conversation, [{ import: state }, ...requests]);
  return failureIn(outputs[0]) === undefined ? outputs.slice(1) : outputs;
}

/** How a replica failed, when that is what it gave. */
export function failureIn(output: Output | undefined): string | undefined {
  const failed = output?.["failed"];
  return typeof failed === "string" ? failed : undefined;
}

/** A case for the tables of `rules/`, with the answers of a replica that is right. */
export async function asCase(right: Conversation, story: Story): Promise<string> {
  const outputs = await tellStory(right, story);
  const { state, requests } = story;
  let day = "";
  const steps = requests.map(({ operation, args, businessDate }, index) => {
    const today = businessDate === day ? {} : { today: businessDate };
    day = businessDate;
    return `    ${JSON.stringify({ ...today, operation, args, expected: outputs[index]?.["result"] })},\n`;
  });
  const [shows, bookings] = state;
  const given = shows.length + bookings.length === 0 ? "" : `  state: [\n${rowsText(shows)}${rowsText(bookings)}  ],\n`;
  return `{\n  rule: "…",\n${given}  steps: [\n${steps.join("")}  ],\n}`;
}

async function tellOrFail(conversation: Conversation, inputs: readonly Input[]): Promise<readonly Output[]> {
  try {
    return await conversation.tell(inputs);
  } catch (error) {
    if (!(error instanceof ReplicaFailed)) throw error;
    return [...error.outputs, { failed: error.message, kind: error.kind }];
  }
}

/** Equal texts are equal values; equal values may have other texts, since keys come in any order. */
function isSame(a: Output | undefined, b: Output | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b) || firstDifference("", a, b) === undefined;
}

function rowsText(rows: readonly (readonly unknown[])[]): string {
  return `    [${rows.map((row) => `\n      ${JSON.stringify(row)},`).join("")}${rows.length === 0 ? "" : "\n    "}],\n`;
}
