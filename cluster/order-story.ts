import { resolve } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { assert } from "../protocol/assert.ts";
import { isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { Entry } from "../protocol/entry.ts";
import { type Sequence, slots } from "../protocol/ids.ts";
import { defaultLimits } from "../protocol/limits.ts";
import type { Recovered, Snapshot } from "../protocol/recovered.ts";
import { ClientTable } from "../replica-manager/client-table.ts";
import type { CanonicalState, ReplicaRequest } from "../replicas/contract.ts";
import { readRecovered } from "./recovered-data.ts";

/** How the replicas came to a number of the order: a state, and all that was executed from there on. */
export interface OrderStory {
  /** The last change before the first request; 0 for the empty state. */
  readonly from: Sequence;
  readonly state: CanonicalState;
  /** The changes behind `from` up to the number that was asked for, without those that only repeat an earlier one. */
  readonly requests: readonly ReplicaRequest[];
}

/** Why there is no such story: a sentence for people. */
export class NoStory extends Error {
  override readonly name = "NoStory";
}

const agreeingMin = 2;

/**
 * Reads from the data of a service what led to a number: from the newest checkpoint before it that two managers have,
 * by a log that two managers agree on there. A service may run on the data. Rejects with `NoStory`.
 */
export async function readOrderStory(dataDirectory: string, n: Sequence): Promise<OrderStory> {
  const all: Recovered[] = [];
  for (const slot of slots) {
    const recovered = await readRecovered(dataDirectory, slot);
    if (recovered !== undefined) all.push(recovered);
  }
  if (all.length === 0) throw new NoStory(`there is no data of a manager in ${resolve(dataDirectory)}`);
  const agreed = all.filter((one) => reaches(one, n) && agreeing(all, one, n) >= agreeingMin);
  const found = agreed.map((recovered) => ({ recovered, start: startOf(all, recovered, n) }));
  const [first] = found.filter(({ start }) => start !== undefined);
  if (first?.start === undefined) throw new NoStory(missing(all, n, agreed.length > 0));
  return tell(first.recovered, first.start, n);
}

function missing(all: readonly Recovered[], n: Sequence, isAgreed: boolean): string {
  const last = Math.max(...all.map(({ summary }) => summary.last));
  const oldest = Math.min(...all.map(({ summary, snapshots }) => snapshots[0]?.digests.n ?? summary.base));
  if (!isAgreed && n > oldest) return `no two managers have stored one same change ${n}: the last of any is ${last}`;
  return `change ${n} is older than what the logs keep, which is from ${oldest + 1} on: export sooner`;
}

/** True when the log of that manager still has the entry of that number. */
function reaches({ summary }: Recovered, n: Sequence): boolean {
  return n > summary.base && n <= summary.last;
}

/** How many have the order of that manager up to a number: each digest covers all before it, also what was cut since. */
function agreeing(all: readonly Recovered[], one: Recovered, n: Sequence): number {
  return all.filter((other) => {
    const at = Math.max(n, one.summary.base, other.summary.base);
    return digestAt(one, at) !== undefined && digestAt(one, at) === digestAt(other, at);
  }).length;
}

/** H at a number that the log of that manager reaches. */
function digestAt({ summary, entries }: Recovered, n: Sequence): string | undefined {
  return n === summary.base ? summary.baseDigest : entries[n - summary.base - 1]?.historyDigest;
}

/** The newest checkpoint before a number that another manager has too, or the beginning; the own log goes on from there. */
function startOf(all: readonly Recovered[], own: Recovered, n: Sequence): Snapshot | "empty" | undefined {
  const shared = own.snapshots.filter(({ digests }) => {
    const isBefore = digests.n < n && digests.n >= own.summary.base;
    const holders = all.filter((other) => other.snapshots.some((one) => isSameCheckpoint(one.digests, digests)));
    return isBefore && holders.length >= agreeingMin;
  });
  return shared.at(-1) ?? (own.summary.base === 0 && n > 0 ? "empty" : undefined);
}

function tell(recovered: Recovered, start: Snapshot | "empty", n: Sequence): OrderStory {
  const from = start === "empty" ? 0 : start.digests.n;
  const table = tableAt(recovered, start);
  const requests = recovered.entries
    .slice(from - recovered.summary.base, n - recovered.summary.base)
    .filter(({ request }) => request.command.kind === "operation")
    .filter((entry) => table.admit(entry).kind === "execute")
    .map(requestOf);
  const state = start === "empty" ? ([[], []] as const) : (JSON.parse(start.state) as CanonicalState);
  return { from, state, requests };
}

/** The client table as it was there: it tells which requests only repeat earlier ones. */
function tableAt({ snapshots, table }: Recovered, start: Snapshot | "empty"): ClientTable {
  const known = new ClientTable(defaultLimits, sha256);
  const newest = snapshots.at(-1);
  if (newest !== undefined) {
    const { digests, time } = newest;
    const isWhole = known.restore(table, digests.tableDigest, digests.n, time, true);
    assert(isWhole, "the data was checked when it was read");
  }
  if (start === "empty") known.rollback(0, 0);
  else known.rollback(start.digests.n, start.time);
  return known;
}

function requestOf({ n, time, businessDate, request }: Entry): ReplicaRequest {
  const { caller, command } = request;
  assert(command.kind === "operation", "only operations are executed by replicas");
  const args = JSON.parse(command.args) as never;
  return { n, time, businessDate, caller, operation: command.operation, args };
}
