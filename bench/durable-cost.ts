import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Cluster, startCluster } from "../cluster/cluster.ts";
import { defaultStartOptions } from "../cluster/start-options.ts";
import { openProcessLog } from "../io/process-log.ts";
import { LoadRound } from "./load-round.ts";
import { spread } from "./spread.ts";

/**
 * What durable logs cost: two services beside each other, one with its logs on the disk and one without, the same load on
 * each by turns. Prints a table in Markdown.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
    directory: { type: "string", default: tmpdir() },
  },
});
const load = { connections: Number(values.connections), seconds: Number(values.seconds) };
const log = openProcessLog("benchmark");

interface Side {
  readonly name: string;
  readonly cluster: Cluster;
  readonly directory: string;
  readonly round: LoadRound;
  readonly rates: number[];
  readonly p99Ms: number[];
  booked: number;
}

const sides: Side[] = [];
try {
  for (const name of ["on disk", "in memory"] as const) sides.push(await open(name));
  for (const side of sides) await play(side, false);
  for (let count = 0; count < Number(values.rounds); count++) {
    for (const side of count % 2 === 0 ? sides : sides.toReversed()) await play(side, true);
  }
  for (const side of sides) {
    const sold = await side.round.countSold();
    if (sold !== side.booked)
      throw new Error(`${side.booked} bookings were answered with OK and ${sold} seats are sold`);
  }
  process.stdout.write(render());
} finally {
  for (const { round, cluster, directory } of sides) {
    round.close();
    await cluster.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function open(name: "on disk" | "in memory"): Promise<Side> {
  const directory = mkdtempSync(join(values.directory, "quartet-durable-"));
  const options = { ...defaultStartOptions, port: 0, dataDirectory: directory, isDurable: name === "on disk" };
  const cluster = await startCluster(options, log);
  const round = await LoadRound.open(cluster.localUrl);
  return { name, cluster, directory, round, rates: [], p99Ms: [], booked: 0 };
}

async function play(side: Side, isCounted: boolean): Promise<void> {
  const { booked, seconds, p99Ms } = await side.round.run(load);
  side.booked += booked;
  process.stderr.write(`${side.name}: ${(booked / seconds).toFixed(0)} bookings/s, p99 ${p99Ms.toFixed(1)} ms\n`);
  if (!isCounted) return;
  side.rates.push(booked / seconds);
  side.p99Ms.push(p99Ms);
}

function render(): string {
  const [disk, memory] = sides as [Side, Side];
  const ratios = disk.rates.map((rate, at) => rate / (memory.rates[at] as number));
  const rows = sides.map(({ name, rates, p99Ms }) => `| logs ${name} | ${spread(rates, 0)} | ${spread(p99Ms, 1)} |`);
  return [
    "| | bookings/s | p99 ms |",
    "|---|---|---|",
    ...rows,
    "",
    `On disk against in memory: ${spread(ratios, 2)} (${ratios.length} rounds of ${load.seconds} s by turns, ${load.connections} connections).`,
    "",
  ].join("\n");
}
