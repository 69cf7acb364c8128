import { printable } from "./printable.ts";
import { type Column, renderTable } from "./render-table.ts";
import type { VoteDetail, VoteSummary } from "./service-votes.ts";

const answerCharsShown = 72;
const valueCharsShown = 32;

const listColumns: readonly Column[] = [
  { head: "SEQUENCE", isNumber: true },
  { head: "TIME" },
  { head: "OPERATION" },
  { head: "CALLER" },
  { head: "OUTCOME" },
  { head: "AGREED", isNumber: true },
  { head: "AFTER", isNumber: true },
  { head: "DIFFERED" },
  { head: "NO ANSWER" },
];

const voteColumns: readonly Column[] = [
  { head: "SLOT", isNumber: true },
  { head: "VERSION" },
  { head: "VERDICT" },
  { head: "AFTER", isNumber: true },
  { head: "ANSWER" },
];

/** The last requests with what became of their votes, for people. */
export function renderVotes(requests: readonly VoteSummary[]): string {
  if (requests.length === 0) return "no such requests since this front end started\n";
  return renderTable(listColumns, requests.map(summaryCells));
}

/** One request with the answer of each manager, and where they differ, for people. */
export function renderVote(vote: VoteDetail): string {
  const head = [
    `request    ${vote.sequence ?? "without a number"}: ${vote.operation} ${JSON.stringify(vote.args)}`,
    `caller     ${vote.caller || "-"}${vote.requestId === null ? "" : `, requestId ${vote.requestId}`}`,
    `time       ${vote.startedAt}`,
    `outcome    ${outcomeText(vote)}`,
  ];
  const rows = vote.votes.map(({ slot, version, judgement, afterMs, answer }) => [
    String(slot),
    version ?? "-",
    verdictText(judgement),
    renderMs(afterMs),
    answer === null ? "-" : shorten(JSON.stringify(answer), answerCharsShown),
  ]);
  const lines = head.map((line) => `${printable(line)}\n`).join("");
  return `${lines}\n${renderTable(voteColumns, rows)}\n${renderDifferences(vote)}`;
}

/** A row for each field, a column for each manager. */
function renderDifferences({ differences, hasMoreDifferences, votes }: VoteDetail): string {
  if (differences.length === 0) return "no two answers differ\n";
  const slots = [...new Set(votes.map(({ slot }) => slot))];
  const columns = [{ head: "DIFFERENT FIELD" }, ...slots.map((slot) => ({ head: `SLOT ${slot}` }))];
  const rows = differences.map(({ field, values }) => [
    field === "" ? "the whole answer" : field,
    ...slots.map((slot) => cellOf(values.filter((one) => one.slot === slot))),
  ]);
  const more = hasMoreDifferences ? "and more fields\n" : "";
  return `${renderTable(columns, rows)}${more}`;
}

/** A manager that answered more than once has all that it said in its cell. */
function cellOf(values: readonly { readonly value?: unknown }[]): string {
  const texts = values.map(({ value }) => (value === undefined ? "(absent)" : JSON.stringify(value)));
  return texts.length === 0 ? "-" : shorten([...new Set(texts)].join(", then "), valueCharsShown);
}

function summaryCells(vote: VoteSummary): readonly string[] {
  return [
    sequenceText(vote),
    vote.startedAt.replace(/^.*T|Z$/g, ""),
    vote.operation,
    vote.caller || "-",
    vote.outcome,
    `${vote.agreeing.length} of 4`,
    renderMs(vote.decidedAfterMs),
    slotList(vote.differing),
    slotList(vote.missing),
  ];
}

function sequenceText({ sequence, isRead }: VoteSummary): string {
  if (sequence === null) return "-";
  return isRead ? `read at ${sequence}` : String(sequence);
}

function outcomeText({ outcome, quorum, agreeing, differing, decidedAfterMs }: VoteDetail): string {
  if (decidedAfterMs === null) return `no ${quorum} managers agreed`;
  const against = differing.length === 0 ? "" : `, against slot ${slotList(differing)}`;
  return `${outcome}, by ${agreeing.length} of 4${against}; ${quorum} decided after ${renderMs(decidedAfterMs)}`;
}

function verdictText(judgement: string): string {
  switch (judgement) {
    case "right":
      return "agreed";
    case "wrong":
      return "DIFFERENT";
    case "none":
      return "no answer";
    case "elsewhere":
      return "other point of the order";
    default:
      return "undecided";
  }
}

function renderMs(ms: number | null): string {
  return ms === null ? "-" : `${ms.toFixed(1)} ms`;
}

function slotList(slots: readonly number[]): string {
  return slots.length === 0 ? "-" : slots.join(", ");
}

function shorten(text: string, charsMax: number): string {
  const characters = [...text];
  return characters.length <= charsMax ? text : `${characters.slice(0, charsMax - 1).join("")}…`;
}
