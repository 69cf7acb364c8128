import { parseArgs } from "node:util";
import { emptyState, type Input, isRequest, type Output } from "../conformance/conversation.ts";
import { asCase, findDisagreement } from "../conformance/disagreement.ts";
import { versionSubjects } from "../conformance/named-subject.ts";
import { randomRequests } from "../conformance/random-requests.ts";
import { shrink } from "../conformance/shrink.ts";
import { sturdyConversation } from "../conformance/sturdy-conversation.ts";

/**
 * Random requests on all versions at once, compared answer by answer and, after every tenth, state by state with its
 * digest. Prints what was answered how often; ends with 1 at the first difference, which it shortens.
 */
const requestsPerRun = 1000;
const exportEvery = 10;
const progressMs = 10_000;

const { values } = parseArgs({
  options: { requests: { type: "string", default: "1000000" }, seed: { type: "string", default: "1" } },
});
const wanted = countOf("requests", values.requests);
const firstSeed = countOf("seed", values.seed);
const subjects = versionSubjects(["ATW", "VER", "OUT"]);
const conversations = subjects.map(sturdyConversation);
const answers = new Map<string, number>();
const begun = performance.now();
let shownAt = begun;
let done = 0;
let states = 0;
let differences = 0;

for (let seed = firstSeed; done < wanted && differences === 0; seed++) {
  const requests = randomRequests(seed, Math.min(requestsPerRun, wanted - done));
  const [first, ...others] = conversations;
  if (first === undefined) throw new Error("there is no version");
  const counting = {
    ...first,
    tell: async (inputs: readonly Input[]) => {
      const outputs = await first.tell(inputs);
      count(inputs, outputs);
      return outputs;
    },
  };
  const found = await findDisagreement([counting, ...others], { state: emptyState, requests }, exportEvery);
  done += requests.length;
  if (found !== undefined) {
    differences++;
    const smallest = await shrink(conversations, found);
    process.stdout.write(`seed ${seed}: the versions differ after the last of these requests\n`);
    process.stdout.write(`${await asCase(first, smallest)}\n`);
    for (const [index, { name }] of subjects.entries()) {
      process.stdout.write(`${name}: ${JSON.stringify(smallest.outputs[index])}\n`);
    }
  }
  if (performance.now() - shownAt > progressMs) {
    shownAt = performance.now();
    process.stderr.write(`${done} of ${wanted} requests\n`);
  }
}
report();
process.exitCode = differences === 0 ? 0 : 1;

function count(inputs: readonly Input[], outputs: readonly Output[]): void {
  for (const [index, input] of inputs.entries()) {
    if ("export" in input) states++;
    if (!isRequest(input)) continue;
    const result = outputs[index]?.["result"] as { readonly outcome: string; readonly reason?: string } | undefined;
    const kind = `${input.operation} | ${result?.reason ?? result?.outcome}`;
    answers.set(kind, (answers.get(kind) ?? 0) + 1);
  }
}

function report(): void {
  const seconds = (performance.now() - begun) / 1000;
  process.stdout.write("| operation | answer | times |\n|---|---|---|\n");
  for (const [kind, times] of [...answers].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    process.stdout.write(`| ${kind} | ${times} |\n`);
  }
  const names = subjects.map(({ name }) => name).join(", ");
  process.stdout.write(
    `\n${done} requests on each of ${names}; ${states} states; ${differences} differences; ${Math.round(done / seconds)} requests/s\n`,
  );
}

function countOf(name: string, text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new Error(`--${name} is a whole number from 1`);
  return Number(text);
}
