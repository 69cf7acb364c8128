import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import type { Entry } from "../../protocol/entry.ts";
import { historyDigest } from "../../protocol/history.ts";
import type { Sequence } from "../../protocol/ids.ts";
import { emptySummary, type LogRecord, type LogSummary, logRecord } from "../../protocol/log-record.ts";
import { applyRecord } from "../../protocol/log-summary.ts";
import type { Batch } from "./log-format.ts";
import type { Reading } from "./reading.ts";
import { Damage } from "./storage-errors.ts";

/** Which batch of which file records are from. */
export interface Place {
  readonly file: string;
  readonly batch: Batch;
  /** True for the first batch of a file, which begins with a summary. */
  readonly isOpening: boolean;
}

/** Bytes of work that the history digest of one entry stands for, and entries between two looks at the turn. */
const entryWorkBytes = 1024;
const entriesAtOnce = 64;

/** Puts the records of a log together, in their order, to what they come to; throws `Damage` where one cannot follow. */
export class LogFold {
  /** Records by their kind. */
  readonly counts: Partial<Record<LogRecord["kind"], number>> = {};
  #summary: LogSummary = emptySummary;
  #entries: Entry[] = [];
  #hasBegun = false;

  get summary(): LogSummary {
    return this.#summary;
  }

  /** Takes all records of a batch and returns the largest number of an entry among them, or 0. */
  take(place: Place): Sequence {
    const { batch, file, isOpening } = place;
    const reader = new ByteReader(batch.records);
    let entryMax = 0;
    for (let index = 0; index < batch.count && !reader.isBroken; index++) {
      const record = logRecord.read(reader);
      if (reader.isBroken) break;
      this.#takeRecord(record, isOpening && index === 0, place);
      if (record.kind === "entry") entryMax = Math.max(entryMax, record.n);
    }
    if (!reader.isDone) throw new Damage(`batch ${batch.number} holds no records`, file, batch.offset);
    return entryMax;
  }

  /** The entries that are part of the log, once all records are taken; rejects when one is missing or not linked. */
  async finish(reading: Reading): Promise<readonly Entry[]> {
    const { base, baseDigest, last, checkpoints } = this.#summary;
    const entries = this.#entries.filter(({ n }) => n > base);
    if (entries.length !== last - base) {
      throw new Damage(`of the entries from ${base + 1} to ${last} only ${entries.length} are there`, "log");
    }
    const savedAt = new Set(checkpoints.map(({ n }) => n));
    const digests = new Map([[base, baseDigest]]);
    let digest = baseDigest;
    for (const [index, entry] of entries.entries()) {
      digest = historyDigest(reading.sha256, digest, entry, entry.request);
      if (digest !== entry.historyDigest) throw new Damage(`entry ${entry.n} does not follow from those before`, "log");
      if (savedAt.has(entry.n)) digests.set(entry.n, digest);
      if (index % entriesAtOnce === 0) await reading.turn(entriesAtOnce * entryWorkBytes);
    }
    for (const { n, historyDigest } of checkpoints) {
      const own = digests.get(n);
      if (own !== undefined && own !== historyDigest) throw new Damage(`checkpoint ${n} is not of this log`, "log");
    }
    return entries;
  }

  #takeRecord(record: LogRecord, isOpening: boolean, { file, batch }: Place): void {
    const { kind } = record;
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (isOpening !== (kind === "summary") && isOpening) {
      throw new Damage("a file of the log does not begin with a summary", file, batch.offset);
    }
    if (kind === "summary" && isOpening && this.#hasBegun && !this.#isCurrent(record)) {
      throw new Damage("the summary is not that of the files before", file, batch.offset);
    }
    const summary = applyRecord(this.#summary, record);
    if (summary === undefined) {
      throw new Damage(`a record (${kind}) does not follow those before`, file, batch.offset);
    }
    this.#hasBegun = true;
    this.#summary = summary;
    this.#takeEntries(record);
  }

  #takeEntries(record: LogRecord): void {
    if (record.kind === "entry") {
      const { n, epoch, time, businessDate, request, historyDigest } = record;
      this.#entries.push({ n, epoch, time, businessDate, request, historyDigest });
    } else if (record.kind === "restart") {
      this.#entries = [];
    } else if (record.kind === "rollback") {
      const first = this.#entries[0]?.n ?? 0;
      this.#entries.length = Math.min(this.#entries.length, Math.max(0, record.n - first + 1));
    }
  }

  #isCurrent(record: LogRecord): boolean {
    return Buffer.compare(bytesOf(record), bytesOf({ kind: "summary", ...this.#summary })) === 0;
  }
}

function bytesOf(record: LogRecord): Uint8Array {
  const writer = new ByteWriter();
  logRecord.write(writer, record);
  return writer.finish();
}
