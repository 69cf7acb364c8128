import { assert } from "../protocol/assert.ts";
import { ByteReader, ByteWriter } from "../protocol/bytes.ts";
import { oneOf, struct, text, u53, type ValueOf } from "../protocol/codec.ts";
import type { Digest, InstantMs, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import { operations } from "../protocol/operation.ts";
import { caller, digest, requestId } from "../protocol/request.ts";
import type { Sha256 } from "../protocol/role.ts";
import { type TableInterval, tableDigest } from "../protocol/table-interval.ts";
import { readUtf8 } from "../protocol/utf8.ts";
import { hashKey, isKeyIn } from "./table-key.ts";

const idBytesMax = 64;
const resultBytesMax = 8 * 1024 * 1024;

/** How an executed change is remembered; what has one length stands first, so that rows are found without reading them. */
const tableRow = struct({
  n: u53,
  /** When it was numbered or when it was issued, whichever is later. */
  time: u53,
  historyDigest: digest,
  contentDigest: digest,
  operation: oneOf(operations),
  caller,
  requestId,
  result: text(resultBytesMax),
});

/** What is remembered of an executed change. */
export type TableRow = ValueOf<typeof tableRow>;

/** Bytes before the rows: the time of the interval, so that the digest covers it. */
const headBytes = 8;
const fixedBytes = 8 + 8 + 32 + 32 + 1;
const highUnit = 0x1_0000_0000;

/** The rows of one closed interval, kept as its bytes. */
export class TableRows {
  readonly interval: TableInterval;
  readonly #view: DataView;
  /** Where each row begins. */
  readonly #offsets: Uint32Array;

  private constructor(interval: TableInterval, view: DataView, offsets: Uint32Array) {
    this.interval = interval;
    this.#view = view;
    this.#offsets = offsets;
  }

  /** The rows of an interval, or `undefined` when its bytes are not of that form or say something else than it does. */
  static read(interval: TableInterval): TableRows | undefined {
    const { bytes } = interval;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    // Claims of more rows than there is room for end at the first one that is not there.
    const offsets = new Uint32Array(Math.min(interval.rows, Math.ceil(bytes.length / fixedBytes)));
    if (interval.rows === 0 || bytes.length < headBytes || readNumber(view, 0) !== interval.time) return undefined;
    let offset = headBytes;
    let before = 0;
    for (let index = 0; index < offsets.length; index++) {
      offsets[index] = offset;
      const end = endOfRow(view, offset);
      const n = end < 0 ? 0 : readNumber(view, offset);
      if (n <= before) return undefined;
      before = n;
      offset = end;
    }
    const isWhole = offset === bytes.length && before === interval.n;
    return isWhole ? new TableRows(interval, view, offsets) : undefined;
  }

  get length(): number {
    return this.#offsets.length;
  }

  /** The number of the row at that place. */
  numberAt(index: number): Sequence {
    return readNumber(this.#view, this.#offsetAt(index));
  }

  /** The key of the row at that place (`encodeKey`); a view, not a copy. */
  keyAt(index: number): Uint8Array {
    const from = this.#keyOffsetAt(index);
    return this.interval.bytes.subarray(from, this.#keyEnd(from));
  }

  /** The hash of that key (`hashKey`). */
  hashAt(index: number): number {
    const from = this.#keyOffsetAt(index);
    return hashKey(this.interval.bytes, from, this.#keyEnd(from));
  }

  /** True when the row of that number, which is there, has that key. */
  hasKey(n: Sequence, key: Uint8Array): boolean {
    return isKeyIn(this.interval.bytes, this.#keyOffsetAt(this.#indexOf(n)), key);
  }

  /** The row at that place, decoded. */
  rowAt(index: number): TableRow {
    const reader = new ByteReader(this.interval.bytes.subarray(this.#offsetAt(index)));
    const row = tableRow.read(reader);
    assert(!reader.isBroken, "the rows of a client table are what was written");
    return row;
  }

  /** All rows, decoded. */
  decoded(): TableRow[] {
    return Array.from(this.#offsets, (_, index) => this.rowAt(index));
  }

  /** The row of that number, decoded. */
  rowOf(n: Sequence): TableRow {
    return this.rowAt(this.#indexOf(n));
  }

  #indexOf(n: Sequence): number {
    let [low, high] = [0, this.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.numberAt(middle) < n) low = middle + 1;
      else high = middle;
    }
    assert(this.numberAt(low) === n, "an interval holds the rows of its numbers");
    return low;
  }

  #keyOffsetAt(index: number): number {
    return this.#offsetAt(index) + fixedBytes;
  }

  #keyEnd(from: number): number {
    const callerEnd = from + 4 + this.#view.getUint32(from);
    return callerEnd + 4 + this.#view.getUint32(callerEnd);
  }

  #offsetAt(index: number): number {
    const offset = this.#offsets[index];
    assert(offset !== undefined, "a row of a client table is within its interval");
    return offset;
  }
}

/**
 * Rows in the order of their numbers as intervals behind `before`. All of them carry `time`, so that they are forgotten
 * together; there is more than one only where results are so large that one would be longer than a part may be.
 */
export function closeRows(
  rows: readonly TableRow[],
  time: InstantMs,
  before: Digest,
  { limits, sha256 }: { readonly limits: Limits; readonly sha256: Sha256 },
): TableRows[] {
  const closed: TableRows[] = [];
  const writer = new ByteWriter(rows.length * 256);
  let link = before;
  let first = 0;
  for (const [index, row] of rows.entries()) {
    if (index === first) writer.u53(time);
    tableRow.write(writer, row);
    if (index < rows.length - 1 && writer.length < limits.partBytesMax) continue;
    const bytes = writer.finish();
    const digest = tableDigest(sha256, link, bytes);
    const read = TableRows.read({ n: row.n, time, before: link, digest, rows: index + 1 - first, bytes });
    assert(read !== undefined, "rows that were written can be read");
    closed.push(read);
    link = digest;
    first = index + 1;
    writer.clear();
  }
  return closed;
}

function readNumber(view: DataView, offset: number): number {
  return view.getUint32(offset) * highUnit + view.getUint32(offset + 4);
}

/** Where the row that begins at `offset` ends, past the end of all maybe; negative when it is not of the form of a row. */
function endOfRow(view: DataView, offset: number): number {
  if (offset + fixedBytes > view.byteLength || view.getUint8(offset + fixedBytes - 1) >= operations.length) return -1;
  const callerEnd = endOfText(view, offset + fixedBytes, idBytesMax);
  const idEnd = callerEnd < 0 ? -1 : endOfText(view, callerEnd, idBytesMax);
  const isKey = idEnd >= 0 && isText(view, offset + fixedBytes + 4, callerEnd) && isText(view, callerEnd + 4, idEnd);
  return isKey ? endOfText(view, idEnd, resultBytesMax) : -1;
}

function endOfText(view: DataView, offset: number, bytesMax: number): number {
  if (offset + 4 > view.byteLength) return -1;
  const length = view.getUint32(offset);
  return length > bytesMax ? -1 : offset + 4 + length;
}

function isText(view: DataView, from: number, end: number): boolean {
  if (end > view.byteLength) return false;
  let at = from;
  // Ids are ASCII, as a rule.
  while (at < end && view.getUint8(at) < 0x80) at++;
  return at === end || readUtf8(new Uint8Array(view.buffer, view.byteOffset + from, end - from)) !== undefined;
}
