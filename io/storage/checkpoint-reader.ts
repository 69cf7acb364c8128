import { join } from "node:path";
import { genesisDigest } from "../../protocol/history.ts";
import type { Digest } from "../../protocol/ids.ts";
import type { LogSummary, SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import { isMissing } from "./disk.ts";
import { decodeIntervalFile } from "./interval-file.ts";
import { folders, intervalFileName, snapshotFileName } from "./layout.ts";
import type { Reading } from "./reading.ts";
import { decodeSnapshotFile } from "./snapshot-file.ts";
import { Damage } from "./storage-errors.ts";

/** The snapshots and the client table that a log's checkpoints stand for, as far as they are whole. */
export interface ReadCheckpoints {
  /** Those of the summary that are whole, oldest first. */
  readonly checkpoints: readonly SavedCheckpoint[];
  /** One for each of them. */
  readonly snapshots: readonly Snapshot[];
  /** The digest before the first interval of each of them. */
  readonly tableStarts: readonly Digest[];
  /** Those of the newest, oldest first, with those before them that an older one needs. */
  readonly table: readonly TableInterval[];
  /** Paths in the directory that belong to nothing any more. */
  readonly leftovers: readonly string[];
  /** What is wrong with the others, for people. */
  readonly troubles: readonly string[];
}

interface Candidate {
  readonly checkpoint: SavedCheckpoint;
  readonly snapshot: Snapshot;
  readonly tableStart: Digest;
}

/** Files that are read at the same time. */
const readsAtOnce = 4;

/** Says how many bytes of snapshots and tables are going to be read. */
export async function expectCheckpoints(reading: Reading): Promise<void> {
  for (const folder of [folders.snapshots, folders.table]) {
    for (const { bytes } of await reading.disk.list(join(reading.directory, folder))) reading.expect(bytes);
  }
}

/**
 * Reads what the checkpoints of a log stand for. The newest that is whole and that the log reaches back to counts;
 * older ones count when their client table is a part of that one's. Rejects with `Damage` when the log needs one and
 * none is left.
 */
export async function readCheckpoints(summary: LogSummary, reading: Reading): Promise<ReadCheckpoints> {
  const troubles: string[] = [];
  const candidates = await readSnapshots(summary, reading, troubles);
  const { intervals, names } = await readIntervals(reading, troubles);
  const newest = candidates.findLast((candidate) => isTableWhole(candidate, intervals, troubles));
  if (newest === undefined && summary.base > 0) {
    throw new Damage(troubles.join("; ") || "there is no checkpoint where the log begins", folders.snapshots);
  }
  const table = newest === undefined ? [] : chainBefore(newest.checkpoint.tableDigest, intervals);
  const kept = candidates.filter((candidate) => candidate === newest || isPartOf(candidate, newest, table));
  const used = new Set([
    ...table.map((interval) => `${folders.table}/${intervalFileName(interval)}`),
    ...kept.map(({ checkpoint }) => `${folders.snapshots}/${snapshotFileName(checkpoint, reading.sha256)}`),
  ]);
  const snapshotNames = await reading.disk.list(join(reading.directory, folders.snapshots));
  const all = [...names, ...snapshotNames.map(({ name }) => `${folders.snapshots}/${name}`)];
  return {
    checkpoints: kept.map(({ checkpoint }) => checkpoint),
    snapshots: kept.map(({ snapshot }) => snapshot),
    tableStarts: kept.map(({ tableStart }) => tableStart),
    table,
    leftovers: all.filter((name) => !used.has(name)),
    troubles,
  };
}

async function readSnapshots(
  { checkpoints, base }: LogSummary,
  reading: Reading,
  troubles: string[],
): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  for (const checkpoint of checkpoints) {
    const name = `${folders.snapshots}/${snapshotFileName(checkpoint, reading.sha256)}`;
    const bytes = await readIfThere(reading, name);
    const stored = bytes === undefined ? undefined : decodeSnapshotFile(bytes, reading.sha256);
    if (stored === undefined || stored.snapshot.time !== checkpoint.time) {
      troubles.push(`the snapshot ${name} is ${bytes === undefined ? "missing" : "damaged"}`);
    } else if (checkpoint.n >= base) candidates.push({ checkpoint, ...stored });
    await reading.turn(bytes?.length ?? 0);
  }
  return candidates;
}

interface ReadIntervals {
  /** By their digests. */
  readonly intervals: ReadonlyMap<Digest, TableInterval>;
  /** Of every file in the folder. */
  readonly names: readonly string[];
}

async function readIntervals(reading: Reading, troubles: string[]): Promise<ReadIntervals> {
  const entries = await reading.disk.list(join(reading.directory, folders.table));
  const names = entries.map(({ name }) => `${folders.table}/${name}`);
  const intervals = new Map<Digest, TableInterval>();
  const waiting = names.filter((name) => name.endsWith(".rows"));
  const readNext = async (): Promise<void> => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      const bytes = await readIfThere(reading, name);
      const interval = bytes === undefined ? undefined : decodeIntervalFile(bytes, reading.sha256);
      if (interval === undefined) troubles.push(`the client table's ${name} is damaged`);
      else intervals.set(interval.digest, interval);
      await reading.turn(bytes?.length ?? 0);
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, readNext));
  return { intervals, names };
}

async function readIfThere(reading: Reading, name: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await reading.disk.read(join(reading.directory, name));
    reading.advance(bytes.length);
    return bytes;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The intervals that lead up to a digest, oldest first, as far back as they are there. */
function chainBefore(digest: Digest, intervals: ReadonlyMap<Digest, TableInterval>): readonly TableInterval[] {
  const chain: TableInterval[] = [];
  // A digest covers the one before it, so that no chain of them comes back to itself.
  for (let at = intervals.get(digest); at !== undefined; at = intervals.get(at.before)) chain.push(at);
  return chain.toReversed();
}

function isTableWhole(
  { checkpoint, tableStart }: Candidate,
  intervals: ReadonlyMap<Digest, TableInterval>,
  troubles: string[],
): boolean {
  const { n, tableDigest } = checkpoint;
  const chain = chainBefore(tableDigest, intervals);
  const isWhole = tableDigest === tableStart || chain.some(({ before }) => before === tableStart);
  if (!isWhole) troubles.push(`the client table of checkpoint ${n} is not whole`);
  return isWhole;
}

/** True when the client table of an older checkpoint is the beginning of the newest one's. */
function isPartOf(older: Candidate, newest: Candidate | undefined, table: readonly TableInterval[]): boolean {
  if (newest === undefined || older.checkpoint.n >= newest.checkpoint.n) return false;
  const points = new Set([table[0]?.before ?? newest.checkpoint.tableDigest, ...table.map(({ digest }) => digest)]);
  if (older.checkpoint.tableDigest === genesisDigest) return points.has(genesisDigest);
  return points.has(older.checkpoint.tableDigest) && points.has(older.tableStart);
}
