import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadPath } from "./booking-load.ts";
import { CpuCount } from "./cpu-count.ts";
import { InstalledClone, type StartedService } from "./installed-clone.ts";
import type { RoundResult } from "./load-generator.ts";
import { LoadRound } from "./load-round.ts";
import { type ProcessFigures, processTree, sumOf } from "./process-figures.ts";
import { type Pair, type Rest, type Results, renderResults } from "./results.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "64" },
  },
});
const rounds = Number(values.rounds);
const load = { connections: Number(values.connections), seconds: Number(values.seconds) };
const settleMs = 3000;
const restMs = 10_000;
const loadBefore = loadavg()[0] ?? 0;

const clone = new InstalledClone();
let rival: ChildProcess | undefined;
let service: StartedService | undefined;
try {
  say("starting the service from a fresh clone, then again");
  service = await clone.start("first");
  const firstReadyMs = service.readyMs;
  await service.stop();
  service = await clone.start("second");
  const { url, readyMs, pid } = service;
  say("at rest");
  const rest = await measureRest(pid);
  rival = fork(programOf("soap-package-server.js"));
  const measured = await measureLoad(url, pid, rival);
  process.stdout.write(renderResults({ loadBefore, load, firstReadyMs, readyMs, rest, ...measured }));
} finally {
  rival?.kill();
  await service?.stop();
  clone.remove();
}

async function measureRest(pid: number): Promise<Rest> {
  await delay(settleMs);
  const before = figuresOf(pid);
  await delay(restMs);
  const after = figuresOf(pid);
  const cpuShare = (sumOf(after, "cpuMs") - sumOf(before, "cpuMs")) / restMs;
  return {
    processes: after.length,
    pssBytes: sumOf(after, "pssBytes"),
    rssBytes: sumOf(after, "rssBytes"),
    cpuShare,
    byRole: [...new Set(after.map(({ role }) => role))].map((role) => {
      const ofRole = after.filter((figure) => figure.role === role);
      return { role, processes: ofRole.length, pssBytes: sumOf(ofRole, "pssBytes") };
    }),
  };
}

async function measureLoad(
  url: string,
  pid: number,
  rivalProcess: ChildProcess,
): Promise<Pick<Results, "pairs" | "cpu" | "rivalCpu" | "sold" | "pssLoadedBytes">> {
  const wsdl = await (await fetch(`${url}${loadPath}?wsdl`)).text();
  rivalProcess.send(wsdl);
  const [rivalUrl] = (await once(rivalProcess, "message")) as [string];
  const round = await LoadRound.open(url);
  say("warming up");
  const warmed = await round.run(load);
  await round.runOn(rivalUrl, load);
  const pairs: Pair[] = [];
  const cpu = new CpuCount();
  const rivalCpu = new CpuCount();
  for (let count = 1; count <= rounds; count++) {
    const before = figuresOf(pid);
    const quartet = await round.run(load);
    cpu.add(before, figuresOf(pid), quartet.booked);
    const rivalBefore = processTree(rivalProcess.pid as number);
    const soap = await round.runOn(rivalUrl, load);
    rivalCpu.add(rivalBefore, processTree(rivalProcess.pid as number), soap.booked);
    pairs.push({ quartet, soap });
    say(`round ${count}: ${rate(quartet)} voted bookings/s, ${rate(soap)} fixed answers/s`);
  }
  const sold = await round.countSold();
  round.close();
  const booked = warmed.booked + pairs.reduce((sum, { quartet }) => sum + quartet.booked, 0);
  if (sold !== booked) throw new Error(`${booked} bookings were answered with OK and ${sold} seats are sold`);
  return {
    pairs,
    cpu: cpu.perRequest(),
    rivalCpu: rivalCpu.perRequest(),
    sold,
    pssLoadedBytes: sumOf(figuresOf(pid), "pssBytes"),
  };
}

/** The processes of the service, without npm and the shell that it needs. */
function figuresOf(pid: number): readonly ProcessFigures[] {
  return processTree(pid).filter(({ role }) => role !== "sh" && !role.startsWith("npm"));
}

function rate({ booked, seconds }: RoundResult): string {
  return (booked / seconds).toFixed(0);
}

function programOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
