import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { defaultStartOptions } from "../cluster/start-options.ts";
import type { StatusView } from "../frontend/status-view.ts";
import { openProcessLog } from "../io/process-log.ts";
import type { RoundResult } from "./load-generator.ts";
import { LoadRound } from "./load-round.ts";
import { spread } from "./spread.ts";

/**
 * What a replica costs the others that waits 300 ms before each answer: one service, the same load by turns with all
 * replicas well and with one of them slow, each slot in its turn. Prints a table in Markdown.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "8" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
    versions: { type: "string", default: defaultStartOptions.versions.join(",") },
  },
});
const load = { connections: Number(values.connections), seconds: Number(values.seconds) };
const patienceMs = 30_000;
const lookEveryMs = 100;

interface Side {
  readonly name: string;
  readonly rounds: RoundResult[];
}

const well: Side = { name: "all replicas well", rounds: [] };
const slow: Side = { name: "one replica slow", rounds: [] };
const lags: number[] = [];
let booked = 0;

const directory = mkdtempSync(join(tmpdir(), "quartet-slow-"));
const options = { ...defaultStartOptions, port: 0, dataDirectory: directory, isLab: true };
const cluster = await startCluster({ ...options, versions: values.versions.split(",") }, openProcessLog("benchmark"));
const round = await LoadRound.open(cluster.localUrl);
try {
  await play();
  for (let count = 0; count < Number(values.rounds); count++) {
    const isSlowFirst = count % 2 === 1;
    if (isSlowFirst) slow.rounds.push(await playSlow((count % 4) + 1));
    well.rounds.push(await play());
    if (!isSlowFirst) slow.rounds.push(await playSlow((count % 4) + 1));
    tell();
  }
  const sold = await round.countSold();
  if (sold !== booked) throw new Error(`${booked} bookings were answered with OK and ${sold} seats are sold`);
  const { managers } = await status(cluster);
  const replaced = managers.filter(({ replacements }) => replacements > 0).length;
  process.stdout.write(render(replaced));
} finally {
  round.close();
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
}

async function play(): Promise<RoundResult> {
  const result = await round.run(load);
  booked += result.booked;
  return result;
}

/** The fault begins before the round and ends behind it; the next round waits until that replica has caught up. */
async function playSlow(slot: number): Promise<RoundResult> {
  const forSeconds = load.seconds + 30;
  await ask("POST", "/api/faults", { slot, fault: "slow", forSeconds });
  await until(`slot ${slot} is slow`, ({ faults }) => faults.length > 0);
  const result = await play();
  const { managers } = await status(cluster);
  lags.push(managers[slot - 1]?.lagRequests ?? Number.NaN);
  await ask("DELETE", "/api/faults");
  await until(`slot ${slot} has caught up`, (view) => view.faults.length === 0 && view.managers.every(hasCaughtUp));
  return result;
}

function hasCaughtUp({ state, lagRequests }: StatusView["managers"][number]): boolean {
  return state === "voting" && lagRequests === 0;
}

async function until(what: string, isSo: (view: StatusView) => boolean): Promise<void> {
  const endAt = performance.now() + patienceMs;
  while (!isSo(await status(cluster))) {
    if (performance.now() > endAt) throw new Error(`waited in vain: ${what}`);
    await delay(lookEveryMs);
  }
}

async function status({ localUrl }: Cluster): Promise<StatusView> {
  return (await (await fetch(`${localUrl}/api/status`)).json()) as StatusView;
}

async function ask(method: string, path: string, body?: unknown): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers };
  const response = await fetch(`${cluster.localUrl}${path}`, { method, ...sent });
  if (!response.ok) throw new Error(await response.text());
}

function tell(): void {
  const [one, other] = [well.rounds.at(-1), slow.rounds.at(-1)] as [RoundResult, RoundResult];
  const rates = [one, other].map((result) => `${rateOf(result).toFixed(0)}/s p99 ${result.p99Ms.toFixed(1)} ms`);
  process.stderr.write(`well ${rates[0]}, one slow ${rates[1]}\n`);
}

function rateOf({ booked: count, seconds }: RoundResult): number {
  return count / seconds;
}

function render(replaced: number): string {
  const p99Of = ({ p99Ms }: RoundResult) => p99Ms;
  const rows = [well, slow].map(
    ({ name, rounds }) => `| ${name} | ${spread(rounds.map(rateOf), 0)} | ${spread(rounds.map(p99Of), 1)} |`,
  );
  const ratioOf = (measure: (result: RoundResult) => number) =>
    slow.rounds.map((result, at) => measure(result) / measure(well.rounds[at] as RoundResult));
  return [
    `| versions ${values.versions} | bookings/s | p99 ms |`,
    "|---|---|---|",
    ...rows,
    `| ratio | ${spread(ratioOf(rateOf), 2)} | ${spread(ratioOf(p99Of), 2)} |`,
    "",
    `${values.rounds} rounds of ${load.seconds} s by turns, ${load.connections} connections. The slow one lagged by ${spread(lags, 0)} requests`,
    `at the end of its rounds; ${replaced} of the four were replaced.`,
    "",
  ].join("\n");
}
