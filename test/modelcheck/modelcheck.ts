import { parseArgs } from "node:util";
import type { Mutant } from "../../protocol/mutant.ts";
import { type BoundName, type Bounds, mutantBounds, namedBounds } from "./bounds.ts";
import { check, type Finding } from "./check.ts";
import { openCores } from "./opened-cores.ts";

const everyStates = 1000;
const reportEveryMs = 10_000;
const boundNames = Object.keys(namedBounds) as BoundName[];
const mutants = Object.keys(mutantBounds) as Mutant[];
const usage = `usage: npm run modelcheck -- [--bound NAME] [--mutant NAME]
bounds: ${boundNames.join(" ")}
mutants: ${mutants.join(" ")}`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { bound: { type: "string" }, mutant: { type: "string" } } });
  const mutant = mutants.find((name) => name === values.mutant);
  const bound = boundNames.find((name) => name === values.bound);
  if (mutant !== values.mutant) return refuse(`no mutant ${values.mutant}`);
  if (bound !== values.bound) return refuse(`no bound ${values.bound}`);
  const cores = await openCores();
  const named = mutant === undefined ? boundNames : [mutantBounds[mutant] as BoundName];
  let broken = 0;
  for (const name of bound === undefined ? named : [bound]) {
    const bounds: Bounds = { ...namedBounds[name], ...(mutant === undefined ? {} : { mutant }) };
    console.log(`${name}: ${describeBounds(bounds)}`);
    if (report(name, (onProgress) => check(cores, bounds, { everyStates, onProgress })).broken !== undefined) broken++;
  }
  const isExpected = mutant === undefined ? broken === 0 : broken > 0;
  return isExpected ? 0 : 1;
}

function refuse(text: string): number {
  console.error(`${text}\n${usage}`);
  return 2;
}

type Run = (onProgress: Parameters<typeof check>[2]["onProgress"]) => Finding;

function report(name: string, run: Run): Finding {
  const startMs = cpuMs();
  let saidMs = startMs;
  const finding = run(({ states, done, depth }) => {
    if (cpuMs() - saidMs < reportEveryMs) return true;
    saidMs = cpuMs();
    console.log(
      `  ${states} states, ${states - done} of them to come, ${depth} steps deep, ${secondsSince(startMs)} s`,
    );
    return true;
  });
  const { states, transitions, depth, steps, broken } = finding;
  const count = `${states} states, ${transitions} transitions, ${depth} steps deep, ${steps} inputs to the cores`;
  console.log(`${name}: ${broken === undefined ? "exhausted, nothing broken" : `BROKEN: ${broken.text}`}`);
  console.log(`  ${count}, ${secondsSince(startMs)} s of processor time`);
  for (const line of broken?.way ?? []) console.log(`  ${line}`);
  return finding;
}

function describeBounds({ candidates, requestsMax, crashesMax, isWriteSlow, isEager }: Bounds): string {
  const disks = isWriteSlow ? "slow disks" : "writes at once";
  const epochs = `candidates for ${candidates.join(", ")}, requests ${requestsMax.join(", ")}`;
  return `4 managers, epoch 1 and ${epochs}, crashes ${crashesMax}, ${disks}, ${isEager ? "eager" : "free"} sequencers`;
}

/** Of this process, whatever else runs beside it. */
function cpuMs(): number {
  return process.cpuUsage().user / 1000;
}

function secondsSince(startMs: number): string {
  return ((cpuMs() - startMs) / 1000).toFixed(1);
}
