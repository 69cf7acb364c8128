import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { assert } from "../../protocol/assert.ts";
import { ByteWriter } from "../../protocol/bytes.ts";
import type { Incarnation } from "../../protocol/ids.ts";
import { emptySummary, type LogSummary, logRecord, type SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import type { Sha256 } from "../../protocol/role.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import { type Disk, putFile } from "./disk.ts";
import { writeIdentity } from "./identity.ts";
import { encodeIntervalFile } from "./interval-file.ts";
import { folders, intervalFileName, logFileNumber, snapshotFileName } from "./layout.ts";
import { createLogFile } from "./log-files.ts";
import {
  batchHeaderBytes,
  checksumSeed,
  decodeFileHeader,
  endOfContent,
  fileHeaderBytes,
  fillBatchHeader,
  readBatch,
} from "./log-format.ts";
import { realDisk } from "./real-disk.ts";
import { encodeSnapshotFile } from "./snapshot-file.ts";
import { Damage } from "./storage-errors.ts";

const incarnationBytes = 16;

/** Where a directory is made, and how large the files of its log are. */
export interface NewDirectory {
  readonly disk: Disk;
  readonly directory: string;
  readonly sha256: Sha256;
  readonly logFileBytes: number;
}

/** What an imported directory begins with. */
export interface Import {
  readonly snapshot: Snapshot;
  /** The client table there, oldest interval first. */
  readonly table: readonly TableInterval[];
}

/**
 * Makes the directory of a new manager: all of it first, and its identity last, so that a crash leaves either a whole
 * directory or one that was never used. Returns the incarnation.
 */
export async function makeDirectory(place: NewDirectory, begin?: Import): Promise<Incarnation> {
  const { disk, directory, logFileBytes } = place;
  const incarnation = randomBytes(incarnationBytes).toString("hex");
  for (const folder of Object.values(folders)) await disk.makeDirectory(join(directory, folder));
  if (begin !== undefined) await putCheckpoint(place, begin);
  const summary = begin === undefined ? emptySummary : summaryOf(begin.snapshot);
  const number = 1;
  const opening = openingBatch(summary, checksumSeed({ incarnation, number }));
  await createLogFile({ disk, directory, incarnation, fileBytes: logFileBytes }, number, opening);
  await writeIdentity(disk, directory, incarnation);
  return incarnation;
}

/**
 * Rejects with `Damage` when a directory without an identity has a log that was in use: then its identity was lost. What
 * a crash left of a directory that was being made is no such log; it is written over.
 */
export async function refuseUsedLog(disk: Disk, directory: string): Promise<void> {
  for (const { name } of await disk.list(join(directory, folders.log))) {
    if (logFileNumber(name) === undefined) continue;
    const bytes = await disk.read(join(directory, folders.log, name));
    const header = decodeFileHeader(bytes);
    const first = header && readBatch(bytes, fileHeaderBytes, checksumSeed(header));
    if (first?.kind === "batch" && endOfContent(bytes, first.batch.end) === first.batch.end) continue;
    throw new Damage("the identity is missing, and the log was in use", `${folders.log}/${name}`);
  }
}

/**
 * Makes the directory of a new manager that begins with one checkpoint, as if everything before it had been forgotten:
 * nothing promised, nothing adopted. Rejects when there is anything in the directory.
 */
export async function writeImportedDirectory(
  directory: string,
  begin: Import,
  options: { readonly sha256: Sha256; readonly logFileBytes: number; readonly disk?: Disk },
): Promise<Incarnation> {
  const disk = options.disk ?? realDisk;
  const found = await disk.list(directory);
  if (found.length > 0) throw new Error(`${directory} is not empty: an import needs a directory of its own`);
  const last = begin.table.at(-1)?.digest ?? begin.snapshot.digests.tableDigest;
  assert(last === begin.snapshot.digests.tableDigest, "the client table is that of the snapshot");
  return makeDirectory({ ...options, disk, directory }, begin);
}

async function putCheckpoint(place: NewDirectory, { snapshot, table }: Import): Promise<void> {
  const { disk, directory, sha256 } = place;
  for (const interval of table) {
    await putFile(disk, join(directory, folders.table, intervalFileName(interval)), encodeIntervalFile(interval));
  }
  await disk.syncDirectory(join(directory, folders.table));
  const tableStart = table[0]?.before ?? snapshot.digests.tableDigest;
  const name = snapshotFileName(snapshot.digests, sha256);
  await putFile(disk, join(directory, folders.snapshots, name), [encodeSnapshotFile({ snapshot, tableStart }, sha256)]);
  await disk.syncDirectory(join(directory, folders.snapshots));
}

function summaryOf({ digests, time }: Snapshot): LogSummary {
  const { n, historyDigest } = digests;
  const checkpoint: SavedCheckpoint = { ...digests, time };
  return { ...emptySummary, commitPoint: n, base: n, baseDigest: historyDigest, last: n, checkpoints: [checkpoint] };
}

function openingBatch(summary: LogSummary, seed: number): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(batchHeaderBytes));
  logRecord.write(writer, { kind: "summary", ...summary });
  const bytes = writer.finish();
  fillBatchHeader(bytes, 1, 1, seed);
  return bytes;
}
