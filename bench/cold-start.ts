import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startCluster } from "../cluster/cluster.ts";
import { defaultStartOptions } from "../cluster/start-options.ts";
import { openProcessLog } from "../io/process-log.ts";
import { LoadRound } from "./load-round.ts";

/**
 * How long a start takes on the data of a long history: books until so many requests are numbered, stops, and starts
 * again on the same data several times. Prints a line in Markdown.
 */
const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "1000000" },
    starts: { type: "string", default: "3" },
    connections: { type: "string", default: "128" },
    directory: { type: "string", default: tmpdir() },
  },
});
const requests = Number(values.requests);
const roundSeconds = 10;
const directory = mkdtempSync(join(values.directory, "quartet-cold-"));
const limits = { ...defaultStartOptions.limits, clientTableEntriesMax: 2 * requests };
const options = { ...defaultStartOptions, port: 0, dataDirectory: directory, limits };
const log = openProcessLog("benchmark");

try {
  const booked = await makeHistory();
  const seconds: number[] = [];
  for (let count = 0; count < Number(values.starts); count++) seconds.push(await startAgain(booked));
  const megabytes = Math.round(bytesIn(directory) / 1_000_000);
  const sorted = seconds.sort((a, b) => a - b).map((one) => one.toFixed(1));
  process.stdout.write(
    `Start on a history of ${requests} requests: ${sorted.join(", ")} s until it answers; ${megabytes} MB on disk.\n`,
  );
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function makeHistory(): Promise<number> {
  const cluster = await startCluster(options, log);
  let round: LoadRound | undefined;
  let booked = 0;
  try {
    round = await LoadRound.open(cluster.localUrl);
    while ((await sequenceOf(cluster.localUrl)) < requests) {
      booked += (await round.run({ connections: Number(values.connections), seconds: roundSeconds })).booked;
      process.stderr.write(`${booked} of ${requests} booked\n`);
    }
  } finally {
    round?.close();
    await cluster.stop();
  }
  return booked;
}

async function startAgain(booked: number): Promise<number> {
  const startedAt = performance.now();
  const cluster = await startCluster(options, log);
  const seconds = (performance.now() - startedAt) / 1000;
  let round: LoadRound | undefined;
  try {
    round = await LoadRound.reopen(cluster.localUrl);
    const sold = await round.countSold();
    if (sold !== booked) throw new Error(`${booked} bookings were answered with OK and ${sold} seats are sold`);
    return seconds;
  } finally {
    round?.close();
    await cluster.stop();
  }
}

async function sequenceOf(url: string): Promise<number> {
  return ((await (await fetch(`${url}/api/status`)).json()) as { readonly sequence: number }).sequence;
}

function bytesIn(path: string): number {
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
