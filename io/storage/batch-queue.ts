import { assert } from "../../protocol/assert.ts";
import { ByteWriter } from "../../protocol/bytes.ts";
import type { Sequence } from "../../protocol/ids.ts";
import { type LogRecord, type LogSummary, logRecord } from "../../protocol/log-record.ts";
import { applyRecord } from "../../protocol/log-summary.ts";
import { batchHeaderBytes } from "./log-format.ts";

/** Records that are written together. */
export interface WaitingBatch {
  /** With room for the header before the records. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** What the log comes to before them. */
  readonly before: LogSummary;
  /** Records of callers up to and with these. */
  readonly position: number;
  /** Records of anybody up to and with these. */
  readonly end: number;
  /** The largest number of an entry among them, or 0. */
  readonly entryMax: Sequence;
}

const headerRoom = new Uint8Array(batchHeaderBytes);
const openBytesAtFirst = 64 * 1024;

/** Gathers records into the batches in which they will be written. */
export class BatchQueue {
  readonly #batchBytesMax: number;
  readonly #closed: WaitingBatch[] = [];
  #closedBytes = 0;
  /** The batch that still takes records, and what it begins behind. */
  readonly #open = new ByteWriter(openBytesAtFirst);
  #count = 0;
  #before: LogSummary;
  #entryMax = 0;
  #summary: LogSummary;
  #position = 0;
  #end = 0;

  /** `summary` is what the log comes to so far. */
  constructor(summary: LogSummary, batchBytesMax: number) {
    this.#summary = summary;
    this.#before = summary;
    this.#batchBytesMax = batchBytesMax;
    this.#open.bytes(headerRoom);
  }

  /** What the log comes to, with all that waits. */
  get summary(): LogSummary {
    return this.#summary;
  }

  /** Records of anybody so far, those that were taken included. */
  get end(): number {
    return this.#end;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#closedBytes + this.#open.length - batchHeaderBytes;
  }

  /** Adds records that stay together while they are under `batchBytesMax`; `counted` is 1 for records of callers, else 0. */
  add(records: readonly LogRecord[], counted: 0 | 1): void {
    if (this.#open.length >= this.#batchBytesMax) this.#close();
    let from = this.#open.length;
    for (const record of records) {
      if (this.#open.length - from >= this.#batchBytesMax) {
        this.#close();
        from = this.#open.length;
      }
      this.#addRecord(record);
      this.#position += counted;
    }
  }

  /** Takes the next batch, as full as it came to be; `undefined` when nothing waits. */
  take(): WaitingBatch | undefined {
    if (this.#closed.length === 0 && this.#count > 0) this.#close();
    const batch = this.#closed.shift();
    this.#closedBytes -= batch?.bytes.length ?? 0;
    return batch;
  }

  #addRecord(record: LogRecord): void {
    const summary = applyRecord(this.#summary, record);
    assert(summary !== undefined, `a record (${record.kind}) follows those before`);
    logRecord.write(this.#open, record);
    this.#summary = summary;
    this.#count++;
    this.#end++;
    if (record.kind === "entry") this.#entryMax = Math.max(this.#entryMax, record.n);
  }

  #close(): void {
    const bytes = this.#open.finish();
    const [count, before, entryMax] = [this.#count, this.#before, this.#entryMax];
    this.#closed.push({ bytes, count, before, position: this.#position, end: this.#end, entryMax });
    this.#closedBytes += bytes.length;
    this.#open.clear();
    this.#open.bytes(headerRoom);
    this.#count = 0;
    this.#before = this.#summary;
    this.#entryMax = 0;
  }
}

/** The bytes of a batch with a summary of what is before it at its beginning, as the first batch of a file has it. */
export function withSummary({ bytes, before }: WaitingBatch): Uint8Array {
  const writer = new ByteWriter(bytes.length + openBytesAtFirst);
  writer.bytes(headerRoom);
  logRecord.write(writer, { kind: "summary", ...before });
  writer.bytes(bytes.subarray(batchHeaderBytes));
  return writer.finish();
}
