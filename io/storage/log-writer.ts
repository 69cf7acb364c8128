import { assert } from "../../protocol/assert.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { LogRecord, LogSummary } from "../../protocol/log-record.ts";
import { BatchQueue, type WaitingBatch, withSummary } from "./batch-queue.ts";
import type { LogFiles } from "./log-files.ts";
import { batchHeaderBytes, fillBatchHeader } from "./log-format.ts";
import type { After, Room } from "./room.ts";

/** What a log writer works with. */
export interface LogWriterOptions {
  readonly limits: Pick<Limits, "logBatchBytesMax" | "logQueueBytesMax" | "logSealMs">;
  readonly files: LogFiles;
  readonly room: Room;
  readonly after: After;
  /** What the log comes to so far. */
  readonly summary: LogSummary;
  readonly nextBatch: number;
  /** True when the last batch confirms the one before it. */
  readonly isSealed: boolean;
  /** The first `position` records of callers are durable. */
  readonly onAppended: (position: number) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Somebody who waits for so many records of anybody to be durable. */
interface Waiting {
  readonly end: number;
  readonly resolve: (isDurable: boolean) => void;
}

/**
 * Appends records to a log with group commit: while one write is under way, what comes is gathered for the next one.
 * At most one write is under way, and after some rest an empty batch confirms that the last one was durable.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #queue: BatchQueue;
  #nextBatch: number;
  /** Records of anybody that are durable. */
  #durable = 0;
  #told = 0;
  #running: Promise<void> | undefined;
  #waiting: Waiting[] = [];
  #cancelSeal: () => void = () => {};
  #isSealed: boolean;
  /** Nothing is written any more, but the seal of what was. */
  #isStopped = false;
  #hasFailed = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#queue = new BatchQueue(options.summary, options.limits.logBatchBytesMax);
    this.#nextBatch = options.nextBatch;
    this.#isSealed = options.isSealed;
    this.#rest();
  }

  /** What the log comes to, with all that waits. */
  get summary(): LogSummary {
    return this.#queue.summary;
  }

  /**
   * Appends records behind all others; `onAppended` follows. Those of one call are durable together, unless they are
   * more than `logBatchBytesMax`.
   */
  append(records: readonly LogRecord[]): void {
    this.#add(records, 1);
  }

  /** Says anew what the log comes to, apart from its entries: some checkpoint is no longer there. */
  correct(summary: LogSummary): void {
    this.#add([{ kind: "summary", ...summary }], 0);
  }

  /** Resolves when everything appended so far is durable: with true; with false when that will not be. */
  whenDurable(): Promise<boolean> {
    if (this.#durable === this.#queue.end) return Promise.resolve(true);
    if (this.#isStopped) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.push({ end: this.#queue.end, resolve }));
  }

  /** Writes what waits, as far as there is room, and confirms it. */
  async close(): Promise<void> {
    // A seal under way is followed by a write of what came meanwhile.
    while (this.#running !== undefined) await this.#running;
    this.#stop();
    if (!this.#hasFailed) await this.#seal();
  }

  #add(records: readonly LogRecord[], counted: 0 | 1): void {
    if (this.#isStopped) return;
    const { limits, room } = this.#options;
    this.#queue.add(records, counted);
    if (this.#queue.bytes > limits.logQueueBytesMax) room.set("queue", false);
    this.#start();
  }

  /** Begins to write behind the present turn, so that all that one turn appends goes out together. */
  #start(): void {
    this.#cancelSeal();
    this.#running ??= Promise.resolve().then(() => this.#run());
  }

  async #run(): Promise<void> {
    let next = this.#queue.take();
    let writing = next === undefined ? undefined : this.#write(next);
    while (next !== undefined) {
      const written = next;
      if (!(await writing)) {
        // What follows would leave a gap where this batch is missing.
        this.#stop();
        break;
      }
      // The next write is under way before anybody hears of this one, so that the disk does not wait for them.
      next = this.#queue.take();
      writing = next === undefined ? undefined : this.#write(next);
      this.#noteDurable(written);
      next ??= this.#queue.take();
      writing ??= next === undefined ? undefined : this.#write(next);
    }
    this.#running = undefined;
    this.#rest();
  }

  #rest(): void {
    if (this.#isSealed || this.#isStopped) return;
    this.#cancelSeal = this.#options.after(this.#options.limits.logSealMs, () => {
      this.#running ??= this.#confirm();
    });
  }

  /** Seals the log in its rest, and writes what came meanwhile. */
  async #confirm(): Promise<void> {
    await this.#seal();
    this.#running = undefined;
    if (this.#queue.bytes > 0) this.#start();
  }

  /** False when the log is closed or has failed: then nothing is written any more. */
  async #write(batch: WaitingBatch): Promise<boolean> {
    const { files } = this.#options;
    try {
      if (this.#isStopped) return false;
      if (batch.bytes.length <= files.bytesLeft) {
        await this.#put(batch.bytes, batch.count);
      } else {
        if (!(await files.roll())) return false;
        const bytes = withSummary(batch);
        assert(bytes.length <= files.bytesLeft, "what is written at once fits into a file of the log");
        await this.#put(bytes, batch.count + 1);
      }
      files.current.entryMax = Math.max(files.current.entryMax, batch.entryMax);
      this.#isSealed = false;
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  async #put(bytes: Uint8Array, count: number): Promise<void> {
    const { current } = this.#options.files;
    fillBatchHeader(bytes, this.#nextBatch, count, current.seed);
    await current.file.write(bytes, current.offset);
    current.offset += bytes.length;
    this.#nextBatch++;
  }

  #noteDurable({ position, end }: WaitingBatch): void {
    const { limits, room, onAppended } = this.#options;
    this.#durable = end;
    if (this.#queue.bytes <= limits.logQueueBytesMax / 2) room.set("queue", true);
    const isReached = (waiting: { readonly end: number }) => waiting.end <= end;
    for (const { resolve } of this.#waiting.filter(isReached)) resolve(true);
    this.#waiting = this.#waiting.filter((waiting) => !isReached(waiting));
    if (position === this.#told) return;
    this.#told = position;
    onAppended(position);
  }

  /** Only where there is room in the file: the first batch of the next one confirms as well. */
  async #seal(): Promise<void> {
    if (this.#isSealed || this.#options.files.bytesLeft < batchHeaderBytes) return;
    try {
      await this.#put(new Uint8Array(batchHeaderBytes), 0);
      this.#isSealed = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#hasFailed = true;
    this.#stop();
    this.#options.onFailed(error);
  }

  #stop(): void {
    this.#isStopped = true;
    this.#cancelSeal();
    for (const { resolve } of this.#waiting) resolve(false);
    this.#waiting = [];
  }
}
