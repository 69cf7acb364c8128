import type { Output, RequestInput } from "../conformance/conversation.ts";
import { firstDifference, shortText } from "../conformance/difference.ts";
import { failureIn } from "../conformance/disagreement.ts";
import type { DisagreementFile } from "../conformance/disagreement-file.ts";
import type { FirstDifference, Given, Replay, ShortestStory } from "../conformance/replay.ts";
import { printable } from "./printable.ts";
import { type Column, renderTable } from "./render-table.ts";

const answerColumns: readonly Column[] = [{ head: "WHO" }, { head: "ANSWER" }, { head: "AS THEN" }];
const gaveCharsMax = 160;
const columns: readonly Column[] = [{ head: "REPLICA" }, { head: "GAVE" }];

/** What came of a disagreement that was executed again, for people. */
export function renderReplay({ requests, answers }: DisagreementFile, replay: Replay): string {
  const request = requests.at(-1);
  const recorded = answers.map(({ slot, replica, answer }) => [
    printable(`then manager ${slot}, ${replica}`),
    answer === null ? "nothing" : textOf(answer),
    "",
  ]);
  const now = replay.answers.map(({ replica, output }) => {
    const same = answers.filter(({ answer }) => firstDifference("", answer, output["result"] ?? null) === undefined);
    const slots = same.map(({ slot }) => slot).join(", ");
    return [printable(`now ${replica}`), givenText(output), slots === "" ? "nobody" : `manager ${slots}`];
  });
  const head = request === undefined ? "" : `request ${describe(request)}\n`;
  return `${head}${renderTable(answerColumns, [...recorded, ...now])}${renderDifference(replay)}`;
}

function renderDifference({ first, shortest, answers }: Replay): string {
  if (first === null || shortest === null) {
    return answers.length < 2
      ? ""
      : "the replicas agree on every answer and on the state: the fault was in one that is not here\n";
  }
  return `they differ first in ${placeOf(first)}\n${renderGiven(first.outputs)}${renderShortest(shortest)}`;
}

function placeOf({ of, request }: FirstDifference): string {
  if (request === null) return of === "answer" ? "taking the state in" : "the state that they begin with";
  return `the ${of === "answer" ? "answer to" : "state after"} request ${describe(request)}`;
}

function renderShortest({ requests, state, outputs, of, asCase, trials }: ShortestStory): string {
  const rows = state[0].length + state[1].length;
  const size = `${requests.length} ${requests.length === 1 ? "request" : "requests"} and ${rows} ${rows === 1 ? "row" : "rows"} of state`;
  const story = asCase.split("\n").map((line) => printable(line));
  return `shortened in ${trials} runs to ${size}, after which they still differ in the ${of}:\n${story.join("\n")}\n${renderGiven(outputs)}`;
}

function renderGiven(outputs: readonly Given[]): string {
  const first = outputs[0]?.output ?? {};
  return renderTable(
    columns,
    outputs.map(({ replica, output }) => [printable(replica), differingText(first, output)]),
  );
}

/** What a replica gave, or where it differs from the first one if that is long. */
function differingText(first: Output, output: Output): string {
  if (output === first || failureIn(output) !== undefined || failureIn(first) !== undefined) return givenText(output);
  const difference = answerOrState(first, output);
  if (difference === undefined) return "the same";
  return JSON.stringify(output).length <= gaveCharsMax ? givenText(output) : printable(difference);
}

function answerOrState(first: Output, output: Output): string | undefined {
  return "n" in output
    ? firstDifference("answer", first["result"], output["result"])
    : firstDifference("state", first["state"], output["state"]);
}

function givenText(output: Output): string {
  const failed = failureIn(output);
  if (failed !== undefined) return printable(failed);
  return textOf("n" in output ? output["result"] : (output["state"] ?? output));
}

function textOf(value: unknown): string {
  return printable(shortText(value));
}

function describe({ n, operation, args, businessDate }: RequestInput): string {
  return printable(`${n} of ${businessDate}, ${operation} ${JSON.stringify(args)}`);
}
