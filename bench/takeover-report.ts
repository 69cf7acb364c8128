import { defaultLimits } from "../protocol/limits.ts";
import { etcdElectionMs } from "./etcd-cluster.ts";
import type { Outage } from "./takeover-load.ts";

/** What was measured of one service. */
export interface SideResult {
  readonly name: string;
  readonly outages: readonly Outage[];
  /** What was found of its data in the end. */
  readonly checked: string;
}

/** All that the benchmark measured: the service first, then etcd, where there is one. */
export interface TakeoverResults {
  readonly kills: number;
  readonly ratePerSecond: number;
  /** The election timeout of etcd. */
  readonly electionMs: number;
  /** Cores, memory and file system. */
  readonly machine: string;
  /** Processes that wanted a core in the minute before the start, on average. */
  readonly loadBefore: number;
  readonly results: readonly SideResult[];
}

/** The text of `bench/TAKEOVER.md`. */
export function renderTakeover(measured: TakeoverResults): string {
  const { kills, ratePerSecond, electionMs, machine, loadBefore, results } = measured;
  const rows = results.flatMap(({ name, outages }) => [
    row(`${name}: no answer`, outages, "gapMs"),
    row(`${name}: slowest request`, outages, "slowestMs"),
    row(`${name}: no answer in the second before`, outages, "calmGapMs"),
  ]);
  return `# Takeover under load

Written by \`npm run bench:takeover > bench/TAKEOVER.md\`. Node ${process.versions.node}; ${machine}; servers and load on the same
machine; load average ${loadBefore.toFixed(2)} before the start.

${kills} times one after another, by turns on each service: ${ratePerSecond} requests a second, each at its own moment and not when the last one was
answered, over as many connections as that takes; kill -9 of the leader after a second; on until all is answered, and until every process is
there again. *No answer* is the longest time around a kill in which not one request was answered; the slowest request counts from the
moment at which it was due. Durable logs on both sides. The clients of etcd call its JSON gateway on all three members and go to the next one
when a member refuses or takes longer than a second. ${patienceOf(electionMs)}

| ms | median | p90 | max |
|---|---|---|---|
${rows.join("\n")}

${ratioOf(results)}Target: median at most 300 ms, max at most 1 s, without an answer.

${results.map(({ name, checked }) => `- ${name}: ${checked}.`).join("\n")}
`;
}

/** When each side misses its leader. */
function patienceOf(electionMs: number): string {
  const { heartbeatMs, sequencerSilenceMs } = defaultLimits;
  const own = `Quartet\nafter ${sequencerSilenceMs} ms (heartbeat ${heartbeatMs} ms)`;
  const origin = electionMs === etcdElectionMs ? "it comes with these" : "it was told so";
  const peer = `etcd after ${electionMs} to ${2 * electionMs} ms (heartbeat ${electionMs / 10} ms; ${origin})`;
  return `Each misses its leader by settings of its own, which is most of the difference: ${own}, ${peer}.`;
}

function row(title: string, outages: readonly Outage[], figure: "gapMs" | "slowestMs" | "calmGapMs"): string {
  const sorted = outages.map((outage) => outage[figure]).sort((a, b) => a - b);
  const figures = [0.5, 0.9, 1].map((part) => quantile(sorted, part).toFixed(0));
  return `| ${title} | ${figures.join(" | ")} |`;
}

function ratioOf([own, peer]: readonly SideResult[]): string {
  if (own === undefined || peer === undefined) return "There was no etcd on this machine to measure beside it. ";
  const median = (outages: readonly Outage[]) =>
    quantile(
      outages.map(({ gapMs }) => gapMs).sort((a, b) => a - b),
      0.5,
    );
  const ratio = median(own.outages) / median(peer.outages);
  return `Ratio of the medians without an answer, Quartet to etcd: **${ratio.toFixed(2)}**. `;
}

/** The least of those that are not below that part of all. */
function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
