import { sha256 } from "../../io/sha256.ts";
import type { CheckpointDigests } from "../../protocol/checkpoint.ts";
import type { Entry } from "../../protocol/entry.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Request } from "../../protocol/request.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import { aRequest } from "./an-entry.ts";

/** A numbered booking; its history digest is made up. */
export function aChange(n: number, request: Request = aRequest(`r${n}`), time = n): Entry {
  const historyDigest = sha256(`history ${n}`);
  return { n, epoch: { number: 1, nonce: "0".repeat(32) }, time, businessDate: "2023-05-12", request, historyDigest };
}

/** The digests of a checkpoint at `n`. */
export function aCheckpoint(n: number, state: string, tableDigest: string): CheckpointDigests {
  return { n, historyDigest: sha256(`history ${n}`), stateDigest: sha256(state), tableDigest };
}

/** A table whose spans end after three changes and whose horizon is 100 milliseconds. */
export function aTable(limits: Partial<Limits> = {}): ClientTable {
  return new ClientTable({ ...smallTable, ...limits }, sha256);
}

/** Limits at which a table of a few rows does everything that a large one does. */
export const smallTable: Limits = {
  ...defaultLimits,
  clientHorizonMs: 100,
  clientTableEntriesMax: 12,
  tableSpanRows: 3,
  partBytesMax: 400,
};

/** Admits a change that is new, and records its result at once. */
export function execute(table: ClientTable, entry: Entry, result = `result ${entry.n}`): void {
  const admission = table.admit(entry);
  if (admission.kind !== "execute") throw new Error(admission.kind);
  table.record(admission.registered, result);
}

/** Executes changes of these numbers, each at its number as the time, and marks behind the last. */
export function executeAll(table: ClientTable, numbers: readonly number[]): void {
  for (const n of numbers) execute(table, aChange(n));
  const last = numbers.at(-1) ?? 0;
  table.mark(last, last);
}
