import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import { type Sequence, type Slot, slots } from "../protocol/ids.ts";
import type { Recovered } from "../protocol/recovered.ts";
import { readRecovered } from "./recovered-data.ts";
import { type WholeCheckpoint, writeSnapshotFile } from "./snapshot-file.ts";

/** What is exported, and whereto. */
export interface ExportOptions {
  readonly dataDirectory: string;
  readonly file: string;
  /** Takes the newest of this manager alone, instead of the newest that two managers have. */
  readonly slot?: Slot;
  /** Waits until there is one at or behind this number. */
  readonly atLeast?: Sequence;
  /** Names and versions of the programs, written into the file. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What was exported. */
export interface Exported {
  readonly file: string;
  readonly digests: CheckpointDigests;
  /** UTC milliseconds of log time. */
  readonly time: number;
  /** The managers that have this very checkpoint. */
  readonly agreedBy: readonly Slot[];
}

/** Why nothing was exported: a sentence for people. */
export class NothingToExport extends Error {
  override readonly name = "NothingToExport";
}

interface Found {
  readonly digests: CheckpointDigests;
  readonly agreedBy: readonly Slot[];
}

const agreeingMin = 2;
const waitMsMax = 30_000;
const lookEveryMs = 250;

/** Writes the newest checkpoint that two managers have on their disks into a file; a service may run on the data. */
export async function exportSnapshot(options: ExportOptions): Promise<Exported> {
  const file = resolve(options.file);
  if (existsSync(file)) throw new NothingToExport(`${file} is there already: name a file that is not`);
  const deadline = performance.now() + waitMsMax;
  for (;;) {
    const found = await findCheckpoint(options);
    // A service that runs on may take an older checkpoint away while it is read: then there is a newer one.
    const whole = found === undefined ? undefined : await readWhole(options.dataDirectory, found);
    if (found !== undefined && whole !== undefined) {
      writeSnapshotFile(file, whole, { agreedBy: found.agreedBy, versions: options.versions });
      return { file, digests: whole.digests, time: whole.time, agreedBy: found.agreedBy };
    }
    if (options.atLeast === undefined || performance.now() > deadline) throw new NothingToExport(missing(options));
    await after(lookEveryMs);
  }
}

async function findCheckpoint({ dataDirectory, slot, atLeast = 0 }: ExportOptions): Promise<Found | undefined> {
  const all: Found[] = [];
  for (const one of slot === undefined ? slots : [slot]) {
    const recovered = await readRecovered(dataDirectory, one);
    for (const { digests } of recovered?.snapshots ?? []) all.push({ digests, agreedBy: [one] });
  }
  const recent = all.filter(({ digests }) => digests.n >= atLeast);
  return newestAgreed(recent, slot === undefined ? agreeingMin : 1);
}

function missing({ dataDirectory, slot, atLeast }: ExportOptions): string {
  const who = slot === undefined ? "no two managers have a checkpoint in common" : `manager ${slot} has no checkpoint`;
  const where = atLeast === undefined ? "" : ` at ${atLeast} or behind, after ${waitMsMax / 1000} s`;
  return `${who} in ${resolve(dataDirectory)}${where}`;
}

/** The newest checkpoint that so many managers have, and all who have it. */
export function newestAgreed(all: readonly Found[], min: number): Found | undefined {
  const sorted = all.toSorted((a, b) => b.digests.n - a.digests.n);
  for (const { digests } of sorted) {
    const agreedBy = sorted
      .filter((other) => isSameCheckpoint(other.digests, digests))
      .flatMap((other) => other.agreedBy);
    if (agreedBy.length >= min) return { digests, agreedBy: agreedBy.toSorted((a, b) => a - b) };
  }
  return undefined;
}

async function readWhole(dataDirectory: string, { digests, agreedBy }: Found): Promise<WholeCheckpoint | undefined> {
  for (const slot of agreedBy) {
    const recovered = await readRecovered(dataDirectory, slot);
    const whole = recovered === undefined ? undefined : checkpointOf(recovered, digests);
    if (whole !== undefined) return whole;
  }
  return undefined;
}

/** The checkpoint with its client table, which is a beginning of that of the newest one. */
function checkpointOf({ snapshots, table }: Recovered, digests: CheckpointDigests): WholeCheckpoint | undefined {
  const snapshot = snapshots.find((one) => isSameCheckpoint(one.digests, digests));
  if (snapshot === undefined) return undefined;
  const end = 1 + table.findIndex(({ digest }) => digest === digests.tableDigest);
  return { ...snapshot, table: table.slice(0, end) };
}
