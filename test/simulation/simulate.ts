import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Mutant } from "../../protocol/mutant.ts";
import { isMutant, mutants } from "./mutant-names.ts";
import { drawProfile } from "./profile.ts";
import { commandOf, runProfile, runSeed } from "./run-seed.ts";
import { describeShrunk, shrink } from "./shrink.ts";

/** What the command line asks for. */
interface Options {
  readonly first: number;
  /** Seeds to run; infinite where only the time counts. */
  readonly count: number;
  readonly untilMs: number;
  readonly mutant: Mutant | undefined;
  readonly threads: number;
}

/** The seeds of one worker. */
interface Share {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly untilMs: number;
  readonly mutant: Mutant | undefined;
}

/** What a worker says: a seed is done, or broke a rule. */
type Report = { readonly kind: "held" } | { readonly kind: "broke"; readonly seed: number; readonly text: string };

const usage = `usage: npm run simulate -- [--seed N] [--seeds K] [--minutes M] [--mutant NAME] [--trace]
mutants: ${mutants.join(" ")}`;
const shrinkRunsMax = 200;

if (isMainThread) process.exitCode = await main();
else work(workerData as Share);

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string" },
      minutes: { type: "string" },
      mutant: { type: "string" },
      trace: { type: "boolean" },
    },
  });
  const { seed, seeds, minutes, mutant, trace } = values;
  const numbers = [seed, seeds, minutes].filter((value) => value !== undefined).map(Number);
  if (numbers.some((value) => !(value > 0)) || (mutant !== undefined && !isMutant(mutant))) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  if (trace === true) return tell(Number(seed ?? 1), mutant);
  const isOne = seed !== undefined && seeds === undefined && minutes === undefined;
  const open = minutes === undefined ? 1000 : Number.POSITIVE_INFINITY;
  return runAll({
    first: Number(seed ?? 1),
    count: isOne ? 1 : Number(seeds ?? open),
    untilMs: minutes === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(minutes) * 60_000,
    mutant,
    threads: isOne ? 1 : 2,
  });
}

/** Writes every step of one seed to the standard output. */
function tell(seed: number, mutant: Mutant | undefined): number {
  const result = runProfile(drawProfile(seed, mutant), (line) => process.stdout.write(`${line}\n`));
  process.stdout.write(`${result.kind === "held" ? JSON.stringify(result.outcome) : result.violation.message}\n`);
  return result.kind === "held" ? 0 : 1;
}

async function runAll({ first, count, untilMs, mutant, threads }: Options): Promise<number> {
  const startedAt = Date.now();
  let held = 0;
  const broken: number[] = [];
  const onReport = (report: Report) => {
    if (report.kind === "held") held++;
    else {
      broken.push(report.seed);
      process.stdout.write(`${report.text}\n`);
    }
    if (process.stderr.isTTY) process.stderr.write(`\r${held} seeds held, ${broken.length} broke `);
  };
  const shares = Array.from({ length: threads }, (_, index): Share => {
    return { first: first + index, step: threads, count: Math.ceil((count - index) / threads), untilMs, mutant };
  });
  await Promise.all(shares.filter((share) => share.count > 0).map((share) => startWorker(share, onReport)));
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${held} seeds held, ${broken.length} broke (${broken.join(" ") || "none"}), ${seconds} s\n`);
  return broken.length > 0 ? 1 : 0;
}

function startWorker(share: Share, onReport: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(fileURLToPath(import.meta.url), { workerData: share });
    worker.on("message", onReport);
    worker.once("error", reject);
    worker.once("exit", () => resolve());
  });
}

function work({ first, step, count, untilMs, mutant }: Share): void {
  for (let index = 0; index < count && Date.now() < untilMs; index++) {
    const seed = first + index * step;
    const result = runSeed(seed, mutant);
    if (result.kind === "held") report({ kind: "held" });
    else {
      const short = describeShrunk(shrink(result, shrinkRunsMax));
      const text = `seed ${seed} broke a rule: ${result.violation.message}\nrepeat it: ${commandOf(seed, mutant)}\n${short}`;
      report({ kind: "broke", seed, text });
    }
  }
}

function report(message: Report): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(message);
}
