import type { Message } from "../../protocol/message.ts";
import type { LocalStates } from "./local-states.ts";
import { addressOf } from "./model-addresses.ts";
import type { LocalInput } from "./process.ts";
import type { Search } from "./search.ts";

/** The shortest way from the beginning to a global state, one line for each thing that happens, and how all stand then. */
export function describeWay(search: Search, locals: LocalStates, row: number): readonly string[] {
  const rows: number[] = [];
  for (let at = row; at >= 0; at = search.table.parent(at)) rows.unshift(at);
  // The table holds one of all renamings of each state: the way goes through those that follow from one another.
  let ids = search.root;
  const lines: string[] = [];
  for (const next of rows.slice(1)) {
    const wanted = search.read(next).join();
    const move = search.successors(ids).find((one) => search.canonical(one.ids).join() === wanted);
    if (move === undefined) throw new RangeError(`no way leads on to state ${next}`);
    lines.push(...describeSteps(locals, ids, move.process, move.id));
    ids = move.ids;
  }
  lines.push(...ids.map((id, process) => `${addressOf(process)}: ${locals.describe(id)}`));
  return [...lines, ...ids.flatMap((_, process) => describeLast(search, locals, ids, process))];
}

/** What a process may still do without a word, or break at. */
function describeLast(search: Search, locals: LocalStates, ids: readonly number[], process: number): readonly string[] {
  const { silent, spoken } = search.outlook(ids, process);
  const { crashes } = locals.state(ids[process] as number);
  const uncrashed = silent.filter((id) => locals.state(id).crashes === crashes);
  const last = spoken.find((id) => locals.state(id).broken !== undefined) ?? uncrashed.at(-1);
  if (last === undefined || last === ids[process]) return [];
  return describeSteps(locals, ids, process, last).map((line) => `then ${line}`);
}

/** The fewest inputs that lead a process from its state to another one, while all others stand still. */
function describeSteps(
  locals: LocalStates,
  ids: readonly number[],
  process: number,
  target: number,
): readonly string[] {
  const from = ids[process] as number;
  const ways = new Map<number, readonly LocalInput[]>([[from, []]]);
  for (const [at, way] of ways) {
    if (at === target) return way.map((input) => `${addressOf(process)} ${describeInput(input)}`);
    const after = [...locals.afterChoices(at)];
    for (const [other, id] of ids.entries()) if (other !== process) after.push(...locals.afterParcelsOf(at, id));
    for (const id of after) {
      const input = ways.has(id) ? undefined : locals.inputBetween(at, id, ids);
      if (input !== undefined) ways.set(id, [...way, input]);
    }
  }
  return [];
}

function describeInput(input: LocalInput): string {
  if (input.kind === "deliver") return `takes ${describeMessage(input.message)}`;
  if (input.kind === "crash") return `crashes and comes back, with ${input.written} of its unfinished writes`;
  return { write: "has written", campaign: "asks for an epoch", timeout: "gives up", request: "numbers a request" }[
    input.kind
  ];
}

function describeMessage(message: Message): string {
  const fields = Object.entries(message)
    .filter(([name]) => shownFields.has(name))
    .map(([name, value]) => `${name}=${describeValue(value)}`);
  return [message.kind, ...fields].join(" ");
}

const shownFields: ReadonlySet<string> = new Set([
  "slot",
  "epoch",
  "adoption",
  "first",
  "last",
  "base",
  "from",
  "durable",
  "commitPoint",
  "isGranted",
]);

function describeValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if ("number" in value) return String(value.number);
  return "epoch" in value ? describeValue(value.epoch) : JSON.stringify(value);
}
