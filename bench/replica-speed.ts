import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { CanonicalState } from "../replicas/contract.ts";
import { versionNames } from "../replicas/versions.ts";
import { bookingsOf, stateOfBookings, weekOfShows } from "./replica-load.ts";
import { ReplicaUnderLoad } from "./replica-under-load.ts";
import { spread } from "./spread.ts";

/**
 * How fast each version of the replica books, as a module and as a process behind its lines, and what memory it takes
 * for a million bookings. Counts CPU time, since the machine may have other work. Prints a table in Markdown.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    bookings: { type: "string", default: "1000000" },
    movies: { type: "string", default: "100" },
    seconds: { type: "string", default: "20" },
    state: { type: "string", default: "1000000" },
    versions: { type: "string", default: versionNames.join(",") },
  },
});
const [rounds, count, movies] = [Number(values.rounds), Number(values.bookings), Number(values.movies)];
const moduleProgram = fileURLToPath(new URL("replica-module.js", import.meta.url));
const portion = 1000;
const loadBefore = loadavg()[0] ?? 0;

interface Row {
  readonly version: string;
  readonly asModule: number[];
  readonly asProcess: number[];
  accepted: number;
  restMb: number;
  stateMb: number;
  importS: number;
  exportS: number;
}

const rows: readonly Row[] = values.versions.split(",").map((version) => {
  return { version, asModule: [], asProcess: [], accepted: 0, restMb: 0, stateMb: 0, importS: 0, exportS: 0 };
});
const state = JSON.stringify(stateOfBookings(Number(values.state)));
for (const row of rows) await measureState(row);
for (let round = 0; round < rounds; round++) {
  for (const row of rows) {
    measureModule(row);
    await measureProcess(row);
    const [asModule, asProcess] = [row.asModule.at(-1) ?? 0, row.asProcess.at(-1) ?? 0];
    process.stderr.write(`${row.version}: module ${asModule.toFixed(0)}/s, process ${asProcess.toFixed(0)}/s of CPU\n`);
  }
}
process.stdout.write(render());

function measureModule(row: Row): void {
  const args = [moduleProgram, row.version, values.movies, values.bookings, values.seconds];
  const text = execFileSync(process.execPath, args, { encoding: "utf8" });
  const { done, accepted, cpuUs } = JSON.parse(text) as { done: number; accepted: number; cpuUs: number };
  row.asModule.push((1e6 * done) / cpuUs);
  row.accepted = accepted / done;
}

/** All lines are written as fast as they are read, as a manager with much to do writes them. */
async function measureProcess({ version, asProcess }: Row): Promise<void> {
  const replica = new ReplicaUnderLoad(version);
  const shows: CanonicalState = weekOfShows(movies);
  await replica.tell([JSON.stringify({ import: shows })]);
  const before = replica.figures();
  const endAt = performance.now() + 1000 * Number(values.seconds);
  const requests = bookingsOf({ shows: shows[0], count, seed: 1 });
  let told = 0;
  for (let lines = nextLines(); lines.length > 0 && performance.now() < endAt; lines = nextLines()) {
    told += lines.length;
    await replica.tell(lines, 4 * portion);
  }
  await replica.settle();
  asProcess.push((1000 * told) / (replica.figures().cpuMs - before.cpuMs));
  await replica.end();

  function nextLines(): readonly string[] {
    const lines: string[] = [];
    while (lines.length < portion) {
      const { done, value } = requests.next();
      if (done === true) break;
      lines.push(JSON.stringify(value));
    }
    return lines;
  }
}

async function measureState(row: Row): Promise<void> {
  const replica = new ReplicaUnderLoad(row.version);
  await replica.tell(['{"import":[[],[]]}']);
  const rest = replica.figures();
  await replica.tell([`{"import":${state}}`]);
  const imported = replica.figures();
  await replica.tell(['{"export":true}']);
  const exported = replica.figures();
  row.restMb = rest.pssBytes / 1e6;
  row.stateMb = exported.pssBytes / 1e6;
  row.importS = (imported.cpuMs - rest.cpuMs) / 1000;
  row.exportS = (exported.cpuMs - imported.cpuMs) / 1000;
  await replica.end();
}

function render(): string {
  const head = [
    "| Version | bookings/s as a module | as a process | accepted | memory at rest | with the state | import | export |",
    "|---|---|---|---|---|---|---|---|",
  ];
  const lines = rows.map((row) => {
    const speed = `${spread(row.asModule, 0)} | ${spread(row.asProcess, 0)} | ${(100 * row.accepted).toFixed(0)} %`;
    const memory = `${row.restMb.toFixed(0)} MB | ${row.stateMb.toFixed(0)} MB`;
    return `| ${row.version} | ${speed} | ${memory} | ${row.importS.toFixed(1)} s | ${row.exportS.toFixed(1)} s |`;
  });
  return `# Versions of the replica

Written by \`npm run bench:replicas > bench/REPLICAS.md\`. Node ${process.versions.node}; load average ${loadBefore.toFixed(2)} before the start. Per
second of CPU time of the process that executes, its garbage collection included; medians of ${rounds} rounds by turns, least and most in brackets.

Up to ${count} random bookings of 1 to 3 tickets, 30,000 customers, a week of ${weekOfShows(movies)[0].length} shows, at most ${values.seconds} s each; accepted are those that
the customers' limits allow. As a module: requests parsed before. As a process: lines in and out. The state has ${values.state} bookings; memory is the PSS of
the process, after the export; import and export are CPU time, with the text of it read and written.

${[...head, ...lines].join("\n")}
`;
}
