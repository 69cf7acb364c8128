import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { statfsSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir, totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { etcdElectionMs, etcdVersion, startEtcd } from "./etcd-cluster.ts";
import type { LoadCommand, Outage, Tally } from "./takeover-load.ts";
import type { TakeoverPeer } from "./takeover-peer.ts";
import { renderTakeover } from "./takeover-report.ts";
import { startTakeoverService } from "./takeover-service.ts";

/**
 * How long nobody is answered when the leader is killed under load: the service with two sequencers, and by turns with
 * it etcd, where there is one. Prints the text of `bench/TAKEOVER.md`.
 */
const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    rate: { type: "string", default: "1000" },
    directory: { type: "string", default: tmpdir() },
    etcd: { type: "string", default: "etcd" },
    "etcd-election": { type: "string", default: `${etcdElectionMs}` },
  },
});
const kills = Number(values.kills);
const ratePerSecond = Number(values.rate);
const electionMs = Number(values["etcd-election"]);
const warmMs = 5000;
/** Milliseconds of load before a kill, and behind it: longer than a takeover of either takes. */
const calmMs = 1000;
const watchMs = 2500;
/** A kill comes at any point between two signs of life. */
const jitterMsMax = 100;
const secondsMax = 30;
const loadBefore = loadavg()[0] ?? 0;

/** Types of statfs(2), in hexadecimal. */
const fileSystems: Readonly<Record<string, string>> = {
  ef53: "ext4",
  "58465342": "xfs",
  "9123683e": "btrfs",
  "1021994": "tmpfs, which keeps nothing",
};

/** One service, the load on it, and what was measured. */
interface Side {
  readonly peer: TakeoverPeer;
  readonly load: ChildProcess;
  /** Resolves when that process ends. */
  readonly isLost: Promise<true>;
  readonly outages: Outage[];
}

const sides: Side[] = [];
// By way of `exit`, at which each side ends its processes.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
try {
  sides.push(sideOf(await startTakeoverService(values.directory)));
  const version = etcdVersion(values.etcd);
  if (version !== undefined)
    sides.push(sideOf(await startEtcd({ program: values.etcd, version, directory: values.directory, electionMs })));
  for (const side of sides) await warmUp(side);
  for (let count = 0; count < kills; count++) {
    for (const side of count % 2 === 0 ? sides : sides.toReversed()) await killOnce(side);
  }
  const results = [];
  for (const side of sides) {
    const { peer, outages } = side;
    await peer.untilWhole();
    const tally = (await ask(side, { kind: "tally" })) as Tally;
    results.push({ name: peer.name, outages, checked: await peer.check(tally) });
  }
  process.stdout.write(
    renderTakeover({ kills, ratePerSecond, electionMs, machine: machineOf(values.directory), loadBefore, results }),
  );
} finally {
  for (const { load, peer } of sides) {
    load.kill();
    await peer.stop();
  }
}

/** What was measured on, for the report. */
function machineOf(directory: string): string {
  const type = statfsSync(directory).type.toString(16);
  const files = fileSystems[type] ?? `file system ${type}`;
  return `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${files}`;
}

function sideOf(peer: TakeoverPeer): Side {
  const load = fork(fileURLToPath(new URL("takeover-load.js", import.meta.url)));
  return { peer, load, isLost: once(load, "exit").then(() => true), outages: [] };
}

async function warmUp(side: Side): Promise<void> {
  await begin(side);
  await delay(warmMs);
  await ask(side, { kind: "settle" });
}

/** Begins the load on a service that is whole; the process of its leader. */
async function begin({ peer, load }: Side): Promise<number> {
  const pid = await peer.untilWhole();
  tell(load, { kind: "run", load: { ...peer.load, ratePerSecond, secondsMax } });
  return pid;
}

async function killOnce(side: Side): Promise<void> {
  const { peer, load, outages } = side;
  const pid = await begin(side);
  await delay(calmMs + Math.random() * jitterMsMax);
  tell(load, { kind: "kill", pid });
  await delay(watchMs);
  const outage = (await ask(side, { kind: "settle" })) as Outage;
  outages.push(outage);
  const { gapMs, slowestMs, calmGapMs } = outage;
  const [gap, slowest, calm] = [gapMs, slowestMs, calmGapMs].map((ms) => ms.toFixed(0));
  process.stderr.write(
    `${peer.name}: kill ${outages.length}, no answer for ${gap} ms, slowest ${slowest} ms, before the kill ${calm} ms\n`,
  );
}

function tell(load: ChildProcess, command: LoadCommand): void {
  load.send(command);
}

async function ask({ load, isLost }: Side, command: LoadCommand): Promise<unknown> {
  const answer = once(load, "message");
  tell(load, command);
  const first = await Promise.race([answer, isLost]);
  if (first === true) throw new Error("the process of the load ended");
  return first[0];
}
