import type { CpuOfRole } from "./cpu-count.ts";
import type { RoundResult } from "./load-generator.ts";

/** One round of each server, one right after the other. */
export interface Pair {
  readonly quartet: RoundResult;
  readonly soap: RoundResult;
}

/** The service when nobody calls it. */
export interface Rest {
  readonly processes: number;
  readonly pssBytes: number;
  readonly rssBytes: number;
  /** Of one core. */
  readonly cpuShare: number;
  readonly byRole: readonly { readonly role: string; readonly processes: number; readonly pssBytes: number }[];
}

/** All that the benchmark measured. */
export interface Results {
  /** Processes that wanted a core in the minute before the start, on average: 0 on a machine of our own. */
  readonly loadBefore: number;
  readonly load: { readonly connections: number; readonly seconds: number };
  readonly firstReadyMs: number;
  readonly readyMs: number;
  readonly rest: Rest;
  readonly pairs: readonly Pair[];
  readonly cpu: readonly CpuOfRole[];
  readonly rivalCpu: readonly CpuOfRole[];
  readonly sold: number;
  readonly pssLoadedBytes: number;
}

/** The text of `bench/RESULTS.md`. */
export function renderResults(results: Results): string {
  const { pairs, load } = results;
  const quartet = pairs.map((pair) => pair.quartet);
  const soap = pairs.map((pair) => pair.soap);
  const ratios = pairs.map((pair) => rateOf(pair.quartet) / rateOf(pair.soap));
  return `# Benchmark

Written by \`npm run bench > bench/RESULTS.md\`. Node ${process.versions.node}; two cores, 24 GB; servers and load generator on the same
machine; load average ${results.loadBefore.toFixed(2)} before the start.

## Throughput

Voted bookings (SOAP over HTTP, total order, four replicas, answered on two) against \`soap.listen\` of the package \`soap\`
1.13.0, which answers the same envelopes with one fixed reply: ${load.connections} keep-alive connections, closed loop, 50 shows drawn uniformly,
${pairs.length} rounds of ${load.seconds} s each, by turns, after a round to warm up. Medians of the rounds, least and most in brackets.

| | requests/s | p50 ms | p99 ms |
|---|---|---|---|
| voted bookings | ${spread(quartet.map(rateOf), 0)} | ${spread(
    quartet.map(({ p50Ms }) => p50Ms),
    1,
  )} | ${spread(
    quartet.map(({ p99Ms }) => p99Ms),
    1,
  )} |
| \`soap.listen\`, fixed reply | ${spread(soap.map(rateOf), 0)} | ${spread(
    soap.map(({ p50Ms }) => p50Ms),
    1,
  )} | ${spread(
    soap.map(({ p99Ms }) => p99Ms),
    1,
  )} |
| ratio | ${spread(ratios, 2)} | | |

Target: a ratio of at least 0.40. At the end ${results.sold} seats were sold, one for each booking that was answered with OK.

${renderCpu(results)}
${renderRest(results)}`;
}

function renderCpu({ cpu, rivalCpu }: Results): string {
  const rows = [...cpu]
    .sort((a, b) => b.cpuUsPerRequest - a.cpuUsPerRequest)
    .map(({ role, processes, cpuUsPerRequest }) => {
      const each = (cpuUsPerRequest / processes).toFixed(0);
      return `| ${role} | ${processes} | ${each} | ${cpuUsPerRequest.toFixed(0)} |\n`;
    });
  const sum = (roles: readonly CpuOfRole[]) => roles.reduce((total, { cpuUsPerRequest }) => total + cpuUsPerRequest, 0);
  return `## CPU time of one voted booking

| Processes | | µs each | µs in all |
|---|---|---|---|
${rows.join("")}| **all** | | | ${sum(cpu).toFixed(0)} |

One fixed reply of \`soap.listen\` takes ${sum(rivalCpu).toFixed(0)} µs.
`;
}

function renderRest({ rest, firstReadyMs, readyMs, pssLoadedBytes }: Results): string {
  const roles = rest.byRole.map(
    ({ role, processes, pssBytes }) => `${role} ${processes} × ${mega(pssBytes / processes)}`,
  );
  return `## Start and rest

| | | Target |
|---|---|---|
| \`npm start\` of an installed clone to the ready line, compiling first | ${(firstReadyMs / 1000).toFixed(1)} s | 5 s |
| the same again | ${(readyMs / 1000).toFixed(1)} s | 5 s |
| memory at rest, ${rest.processes} processes, PSS | ${mega(rest.pssBytes)} MB | 900 MB |
| the same, RSS (what processes share counts for each) | ${mega(rest.rssBytes)} MB | |
| memory after the load, PSS | ${mega(pssLoadedBytes)} MB | |
| CPU at rest, of one core | ${(100 * rest.cpuShare).toFixed(1)} % | |

PSS at rest in MB: ${roles.join(", ")}.

Durable logs and a start on a long history: [DURABILITY.md](DURABILITY.md). A sequencer that is killed, beside etcd: [TAKEOVER.md](TAKEOVER.md).
`;
}

function rateOf({ booked, seconds }: RoundResult): number {
  return booked / seconds;
}

/** The median with the least and the most. */
function spread(given: readonly number[], digits: number): string {
  const sorted = [...given].sort((a, b) => a - b);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(digits);
  return `${at(Math.floor(sorted.length / 2))} [${at(0)}–${at(sorted.length - 1)}]`;
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
