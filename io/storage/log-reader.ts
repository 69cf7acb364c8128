import { join } from "node:path";
import type { Incarnation, Sequence } from "../../protocol/ids.ts";
import { folders, logFileName, logFileNumber } from "./layout.ts";
import type { LogFold } from "./log-fold.ts";
import {
  type Batch,
  checksumSeed,
  decodeFileHeader,
  endOfContent,
  fileHeaderBytes,
  findBatch,
  readBatch,
} from "./log-format.ts";
import type { Reading } from "./reading.ts";
import { Damage } from "./storage-errors.ts";

/** A log file that has batches in it. */
export interface UsedFile {
  readonly number: number;
  readonly bytes: number;
  /** The largest number of an entry in it, also of one that was rolled back; 0 without any. */
  readonly entryMax: Sequence;
}

/** A log file that is prepared and not used yet. */
export interface SpareFile {
  readonly number: number;
  readonly bytes: number;
}

/** Bytes behind the last whole batch: of a write that was under way when its process or machine ended. */
export interface TornTail {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** Where a log goes on. */
export interface LogEnd {
  /** Oldest first; the last one is written on. */
  readonly used: readonly UsedFile[];
  /** Where the next batch goes in the last used file. */
  readonly offset: number;
  readonly nextBatch: number;
  readonly batches: number;
  /** True when the last batch is empty: it confirms the one before it. */
  readonly isSealed: boolean;
  readonly torn: TornTail | undefined;
  /** Files that are prepared and not used yet, the next one first. */
  readonly spares: readonly SpareFile[];
  /** Names in the folder that belong to nothing any more. */
  readonly leftovers: readonly string[];
}

/** Which log files a directory has. */
export interface LogFiles {
  /** Numbers without a gap, up to the newest. */
  readonly run: readonly number[];
  readonly leftovers: readonly string[];
}

/**
 * Finds the files of a log. Deleted files may come back after a power cut, though not all of them: what is before a gap
 * is left over, and when it was needed, the entries in it are missed.
 */
export async function findLogFiles(reading: Reading): Promise<LogFiles> {
  const entries = await reading.disk.list(join(reading.directory, folders.log));
  const numbers = entries.flatMap(({ name }) => logFileNumber(name) ?? []).sort((a, b) => a - b);
  let first = Math.max(0, numbers.length - 1);
  while (first > 0 && numbers[first - 1] === (numbers[first] as number) - 1) first--;
  const run = numbers.slice(first);
  const names = new Set(run.map(logFileName));
  for (const { name, bytes } of entries) if (names.has(name)) reading.expect(bytes);
  return { run, leftovers: entries.map(({ name }) => name).filter((name) => !names.has(name)) };
}

/**
 * Reads all batches of a log into `fold` and says where it goes on; rejects with `Damage`. At most one write is ever
 * under way, and batch k + 1 is written only once batch k is durable. So an invalid batch with nothing valid behind it
 * was never acknowledged and is dropped, and one with something valid behind it is damage.
 */
export async function readLog(
  { run, leftovers }: LogFiles,
  incarnation: Incarnation,
  fold: LogFold,
  reading: Reading,
): Promise<LogEnd> {
  if (run.length === 0) throw new Damage("the log is missing", folders.log);
  const scan = new LogScan(incarnation, fold, reading);
  for (const number of run) await scan.readFile(number);
  return scan.end(leftovers);
}

class LogScan {
  readonly #incarnation: Incarnation;
  readonly #fold: LogFold;
  readonly #reading: Reading;
  readonly #used: UsedFile[] = [];
  readonly #spares: SpareFile[] = [];
  #offset = 0;
  /** The first batch of the first file may have any number, since older files were deleted. */
  #next: number | undefined;
  #batches = 0;
  #isSealed = false;
  #torn: TornTail | undefined;

  constructor(incarnation: Incarnation, fold: LogFold, reading: Reading) {
    this.#incarnation = incarnation;
    this.#fold = fold;
    this.#reading = reading;
  }

  async readFile(number: number): Promise<void> {
    const name = `${folders.log}/${logFileName(number)}`;
    const bytes = plain(await this.#reading.disk.read(join(this.#reading.directory, name)));
    const header = decodeFileHeader(bytes);
    const isOurs = header?.number === number && header.incarnation === this.#incarnation;
    if (!isOurs) throw new Damage("a log file does not begin with the header of this manager's", name);
    if (header.fileBytes !== bytes.length) throw new Damage("a log file was cut short", name, bytes.length);
    const seed = checksumSeed(header);
    let offset = fileHeaderBytes;
    let entryMax = 0;
    for (let at = readBatch(bytes, offset, seed); at.kind === "batch"; at = readBatch(bytes, offset, seed)) {
      const isOpening = offset === fileHeaderBytes;
      this.#checkOrder(at.batch, name, isOpening);
      entryMax = Math.max(entryMax, this.#fold.take({ file: name, batch: at.batch, isOpening }));
      offset = at.batch.end;
      await this.#reading.turn(offset - at.batch.offset);
    }
    this.#endFile(number, bytes, offset, entryMax, seed);
    this.#reading.advance(bytes.length);
  }

  end(leftovers: readonly string[]): LogEnd {
    return {
      used: this.#used,
      offset: this.#offset,
      nextBatch: this.#next ?? 1,
      batches: this.#batches,
      isSealed: this.#isSealed,
      torn: this.#torn,
      spares: this.#spares,
      leftovers,
    };
  }

  #checkOrder({ number, offset, count }: Batch, name: string, isOpening: boolean): void {
    const gap = this.#torn ?? this.#spares.map(({ number }) => ({ number, from: fileHeaderBytes }))[0];
    if (gap !== undefined) {
      const file = `${folders.log}/${logFileName(gap.number)}`;
      throw new Damage(`a batch is not whole, and batch ${number} behind it is`, file, gap.from);
    }
    if (isOpening && this.#used.length === 0) this.#next = number;
    if (number !== this.#next)
      throw new Damage(`batch ${number} follows batch ${Number(this.#next) - 1}`, name, offset);
    this.#next = number + 1;
    this.#batches++;
    this.#isSealed = count === 0;
  }

  #endFile(number: number, bytes: Uint8Array, offset: number, entryMax: Sequence, seed: number): void {
    const name = `${folders.log}/${logFileName(number)}`;
    const later = findBatch(bytes, offset, seed);
    if (later !== undefined) {
      throw new Damage(`a batch is not whole, and batch ${later.number} behind it is`, name, offset);
    }
    this.#noteTorn(number, bytes, offset, seed);
    if (offset > fileHeaderBytes) {
      this.#used.push({ number, bytes: bytes.length, entryMax });
      this.#offset = offset;
    } else if (this.#used.length === 0) {
      throw new Damage("the first file of the log has no whole batch", name, offset);
    } else this.#spares.push({ number, bytes: bytes.length });
  }

  #noteTorn(number: number, bytes: Uint8Array, from: number, seed: number): void {
    const to = endOfContent(bytes, from);
    if (to === from) return;
    const name = `${folders.log}/${logFileName(number)}`;
    const at = readBatch(bytes, from, seed);
    const isMoreThanOne = at.kind === "broken" && to > at.end;
    // One write was under way at most: a second one that is not whole was acknowledged.
    if (isMoreThanOne || this.#torn !== undefined) throw new Damage("more than one write is not whole", name, from);
    this.#torn = { number, from, to };
  }
}

/** The same bytes without the methods of a buffer of Node: parts of them are taken faster, a few for each record. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
