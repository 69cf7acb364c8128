import { renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { assert } from "../protocol/assert.ts";
import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { Digest, InstantMs, Slot } from "../protocol/ids.ts";
import { type TableInterval, tableDigest } from "../protocol/table-interval.ts";
import { TableRows } from "../replica-manager/table-rows.ts";
import { syncNames } from "./durable-names.ts";
import { SealedLineReader, SealedLineWriter } from "./sealed-lines.ts";
import { intervalOf, rowOfJson, rowToJson } from "./snapshot-rows.ts";

/** Everything that a manager has at one checkpoint. */
export interface WholeCheckpoint {
  readonly digests: CheckpointDigests;
  /** Log time of the entry at that point. */
  readonly time: InstantMs;
  /** Canonical JSON. */
  readonly state: string;
  /** The client table, oldest interval first. */
  readonly table: readonly TableInterval[];
}

/** Where a checkpoint in a file comes from: the managers whose directories held the same one, and by which programs. */
export interface SnapshotSource {
  readonly agreedBy: readonly Slot[];
  readonly versions: Readonly<Record<string, string>>;
}

const formatVersion = 1;

/**
 * Writes a checkpoint as one JSON object: shows and bookings and the rows of the client table readable, one a line, its
 * own SHA-256 at the end. The file, under an absolute path, is there as a whole and durably or not at all, and was read
 * back before it is there.
 */
export function writeSnapshotFile(path: string, checkpoint: WholeCheckpoint, source: SnapshotSource): void {
  const partial = `${path}.partial-${process.pid}`;
  try {
    writeLines(partial, linesOf(checkpoint, source));
    const back = readSnapshotFile(partial);
    assert(isSameCheckpoint(back.digests, checkpoint.digests), "what was written is what is read");
    renameSync(partial, path);
    syncNames(dirname(path));
  } finally {
    rmSync(partial, { force: true });
  }
}

function writeLines(path: string, lines: Iterable<string>): void {
  const writer = new SealedLineWriter(path);
  try {
    for (const line of lines) writer.line(line);
    writer.end();
  } finally {
    writer.close();
  }
}

/** Reads a file that `writeSnapshotFile` made, and checks every digest in it. */
export function readSnapshotFile(path: string): WholeCheckpoint {
  const reader = new SealedLineReader(path);
  try {
    return readCheckpoint(reader);
  } finally {
    reader.close();
  }
}

function* linesOf({ digests, time, state, table }: WholeCheckpoint, source: SnapshotSource): Generator<string> {
  const { n: sequence, ...rest } = digests;
  yield `{"format":"quartet-snapshot","formatVersion":${formatVersion},`;
  const at = new Date(time).toISOString();
  yield `${JSON.stringify({ sequence, ...rest, time, at, intervals: table.length, ...source }).slice(1, -1)},`;
  yield '"state":[';
  const lists = JSON.parse(state) as readonly unknown[];
  for (const [index, list] of lists.entries()) yield* linesOfValue(list, index === lists.length - 1);
  yield "],";
  yield '"clientTable":[';
  for (const [index, interval] of table.entries()) yield* linesOfInterval(interval, index === table.length - 1);
  yield "],";
}

/** A list has a line for each of its items. */
function* linesOfValue(value: unknown, isLast: boolean): Generator<string> {
  if (!Array.isArray(value) || value.length === 0) {
    yield JSON.stringify(value) + comma(isLast);
    return;
  }
  yield "[";
  for (const [index, item] of value.entries()) yield JSON.stringify(item) + comma(index === value.length - 1);
  yield `]${comma(isLast)}`;
}

function* linesOfInterval(interval: TableInterval, isLast: boolean): Generator<string> {
  const { n, time, before, digest } = interval;
  const rows = TableRows.read(interval);
  assert(rows !== undefined, "the client table of a checkpoint can be read");
  yield `${JSON.stringify({ n, time, before, digest }).slice(0, -1)},"rows":[`;
  for (let at = 0; at < rows.length; at++) yield rowToJson(rows.rowAt(at)) + comma(at === rows.length - 1);
  yield `]}${comma(isLast)}`;
}

function comma(isLast: boolean): string {
  return isLast ? "" : ",";
}

function readCheckpoint(reader: SealedLineReader): WholeCheckpoint {
  const first = reader.line();
  if (!first.startsWith('{"format":"quartet-snapshot",')) return reader.refuse("it is no snapshot of this service");
  if (first !== `{"format":"quartet-snapshot","formatVersion":${formatVersion},`) {
    return reader.refuse(`its format is not version ${formatVersion}, the one that this program reads`);
  }
  const head = reader.json(`{${reader.line().slice(0, -1)}}`) as Readonly<Record<string, unknown>>;
  const digests = {
    n: wholeOf(head["sequence"], reader),
    historyDigest: digestOf(head["historyDigest"], reader),
    stateDigest: digestOf(head["stateDigest"], reader),
    tableDigest: digestOf(head["tableDigest"], reader),
  };
  const time = wholeOf(head["time"], reader);
  const state = readState(reader);
  if (sha256(state) !== digests.stateDigest) return reader.refuse("the state is not that of its digest");
  const table = readTable(reader);
  if (table.length !== head["intervals"] || (table.at(-1)?.digest ?? genesisDigest) !== digests.tableDigest) {
    return reader.refuse("the client table is not that of its digest");
  }
  reader.end();
  return { digests, time, state, table };
}

function readState(reader: SealedLineReader): string {
  if (reader.line() !== '"state":[') return reader.refuse("the state has to stand here");
  const lines: string[] = [];
  for (let line = reader.line(); line !== '"clientTable":['; line = reader.line()) lines.push(line);
  return JSON.stringify(reader.json(`[${lines.join("").slice(0, -1)}`));
}

function readTable(reader: SealedLineReader): TableInterval[] {
  const table: TableInterval[] = [];
  for (let line = reader.line(); line !== "],"; line = reader.line()) {
    const { n, time, before, digest } = reader.json(`${line}]}`) as TableInterval;
    const rows = [];
    for (let row = reader.line(); row !== "]}" && row !== "]},"; row = reader.line()) {
      rows.push(rowOfJson(reader.json(row.replace(/,$/, ""))) ?? reader.refuse("this is no row of a client table"));
    }
    const interval = intervalOf(rows, wholeOf(time, reader), before);
    const isNext = table.length === 0 || table.at(-1)?.digest === before;
    if (interval === undefined || !isNext || interval.digest !== digest || interval.n !== n) {
      return reader.refuse("the rows before this line are not those of their digest");
    }
    assert(tableDigest(sha256, before, interval.bytes) === digest, "an interval has the digest of its bytes");
    table.push(interval);
  }
  return table;
}

function wholeOf(value: unknown, reader: SealedLineReader): number {
  return Number.isSafeInteger(value) ? (value as number) : reader.refuse("a number is missing");
}

function digestOf(value: unknown, reader: SealedLineReader): Digest {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? value : reader.refuse("a digest is missing");
}
