import type { Conversation, Input, Output, RequestInput } from "./conversation.ts";
import { forget } from "./conversation.ts";

/** Where replicas that executed the same requests first differ. */
export interface Disagreement {
  /** The requests up to the one that they differ after. */
  readonly requests: readonly RequestInput[];
  /** What each replica gave then: an answer, or an export when all answers were the same. */
  readonly outputs: readonly Output[];
}

const shrinkTrialsMax = 1000;

/**
 * Runs the requests from an empty state on every replica and compares answer by answer, and the states after every
 * `exportEvery` requests and after the last.
 */
export async function findDisagreement(
  conversations: readonly Conversation[],
  requests: readonly RequestInput[],
  exportEvery: number,
): Promise<Disagreement | undefined> {
  const inputs: Input[] = [forget];
  for (const [index, request] of requests.entries()) {
    inputs.push(request);
    if ((index + 1) % exportEvery === 0 || index === requests.length - 1) inputs.push({ export: true });
  }
  const heard = await Promise.all(conversations.map((conversation) => conversation.tell(inputs)));
  const [first = [], ...others] = heard.map((outputs) => outputs.map(canonicalText));
  const at = first.findIndex((text, index) => others.some((texts) => texts[index] !== text));
  if (at < 0) return undefined;
  const told = inputs.slice(0, at + 1).filter((input): input is RequestInput => "n" in input);
  return { requests: told, outputs: heard.map((outputs) => outputs[at] as Output) };
}

/** A disagreement with as few requests as removing some of them leads to (delta debugging, Zeller 1999). */
export async function shrink(conversations: readonly Conversation[], found: Disagreement): Promise<Disagreement> {
  let smallest = found;
  let trials = 0;
  for (let size = Math.ceil(found.requests.length / 2); size >= 1; ) {
    let isSmaller = false;
    for (let start = 0; start < smallest.requests.length && trials < shrinkTrialsMax; trials++) {
      const rest = smallest.requests.toSpliced(start, size);
      const still = await findDisagreement(conversations, rest, 1);
      if (still === undefined) start += size;
      else {
        smallest = still;
        isSmaller = true;
      }
    }
    if (trials >= shrinkTrialsMax) break;
    if (size === 1 && !isSmaller) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return smallest;
}

/** A case for the tables of `rules/`, with the answers of the first replica where the rules have the last word. */
export async function asCase(first: Conversation, { requests }: Disagreement): Promise<string> {
  const [, ...outputs] = await first.tell([forget, ...requests]);
  const steps = requests.map(({ operation, args, businessDate }, index) => {
    const expected = outputs[index]?.["result"];
    return `    ${JSON.stringify({ today: businessDate, operation, args, expected })},\n`;
  });
  return `{\n  rule: "…",\n  steps: [\n${steps.join("")}  ],\n}`;
}

/** Equal texts for equal JSON values, whatever the order of their keys. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = value as Readonly<Record<string, unknown>>;
  return `{${Object.keys(fields)
    .toSorted()
    .map((key) => `"${key}":${canonicalText(fields[key])}`)
    .join()}}`;
}
