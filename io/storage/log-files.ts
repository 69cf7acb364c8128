import { join } from "node:path";
import { assert } from "../../protocol/assert.ts";
import type { Incarnation, Sequence } from "../../protocol/ids.ts";
import { type Disk, type DiskFile, ignoreMissing, isFull, putFile } from "./disk.ts";
import { folders, logFileName } from "./layout.ts";
import { checksumSeed, encodeFileHeader, fileHeaderBytes } from "./log-format.ts";
import type { LogEnd, TornTail, UsedFile } from "./log-reader.ts";
import type { Room } from "./room.ts";

/** What makes the files of a log. */
export interface LogFilesOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly incarnation: Incarnation;
  readonly fileBytes: number;
  readonly room: Room;
}

/** The file that is written on. */
export interface OpenLogFile {
  readonly number: number;
  readonly bytes: number;
  readonly file: DiskFile;
  readonly seed: number;
  /** Where the next batch goes. */
  offset: number;
  /** The largest number of an entry in it. */
  entryMax: Sequence;
}

const zeros = new Uint8Array(1024 * 1024);

/**
 * Makes a log file of its full size, so that later writes need no room and change nothing but their own bytes. Its
 * content is durable, its name after the folder is synced.
 */
export async function createLogFile(
  options: Pick<LogFilesOptions, "disk" | "directory" | "incarnation" | "fileBytes">,
  number: number,
  content: Uint8Array = new Uint8Array(0),
): Promise<void> {
  const { disk, directory, incarnation, fileBytes } = options;
  const header = encodeFileHeader({ incarnation, number, fileBytes });
  assert(fileHeaderBytes + content.length <= fileBytes, "what a log file begins with fits into it");
  const path = join(directory, folders.log, logFileName(number));
  await putFile(disk, path, partsOf([header, content], fileBytes));
  await disk.syncDirectory(join(directory, folders.log));
}

function* partsOf(first: readonly Uint8Array[], bytes: number): Iterable<Uint8Array> {
  let left = bytes;
  for (const part of first) {
    left -= part.length;
    if (part.length > 0) yield part;
  }
  for (; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length));
}

/** Writes zeros over what a torn write left. */
async function blank(disk: Disk, path: string, { from, to }: TornTail): Promise<void> {
  const file = await disk.open(path);
  try {
    for (let at = from; at < to; at += zeros.length) {
      await file.write(zeros.subarray(0, Math.min(zeros.length, to - at)), at);
    }
  } finally {
    await file.close();
  }
}

/** Writes the first `bytes` bytes of a file once more. */
async function rewrite(file: DiskFile, content: Uint8Array, bytes: number): Promise<void> {
  for (let at = 0; at < bytes; at += zeros.length) {
    await file.write(content.subarray(at, Math.min(at + zeros.length, bytes)), at);
  }
}

/** The files of a log that is written: the one in use, the next one, prepared ahead of need, and old ones until they go. */
export class LogFiles {
  readonly #options: LogFilesOptions;
  readonly #onFailed: (error: unknown) => void;
  #old: readonly UsedFile[];
  #current: OpenLogFile;
  /** Resolves with false when there will be none, since the log is closed. */
  #spare: Promise<boolean> = Promise.resolve(true);

  private constructor(
    options: LogFilesOptions,
    onFailed: (error: unknown) => void,
    old: readonly UsedFile[],
    current: OpenLogFile,
  ) {
    this.#options = options;
    this.#onFailed = onFailed;
    this.#old = old;
    this.#current = current;
  }

  /** Opens a log where it goes on: takes away what a torn write left, and makes what was read durable. */
  static async open(options: LogFilesOptions, end: LogEnd, onFailed: (error: unknown) => void): Promise<LogFiles> {
    const { disk, directory } = options;
    const pathOf = (number: number) => join(directory, folders.log, logFileName(number));
    if (end.torn !== undefined) await blank(disk, pathOf(end.torn.number), end.torn);
    const { number, bytes, entryMax } = end.used.at(-1) as UsedFile;
    const file = await disk.open(pathOf(number));
    // A process may have ended between its write and the disk: what was read is only believed once it is durable. A
    // write that failed is taken for done by some systems, so that syncing brings nothing: it is written once more.
    await rewrite(file, await disk.read(pathOf(number)), end.offset);
    await file.sync();
    await disk.syncDirectory(join(directory, folders.log));
    const seed = checksumSeed({ incarnation: options.incarnation, number });
    const current = { number, bytes, file, seed, offset: end.offset, entryMax };
    const files = new LogFiles(options, onFailed, end.used.slice(0, -1), current);
    // One of another size, as it was configured then, is made anew.
    if (end.spares[0]?.bytes !== options.fileBytes) files.#prepare();
    return files;
  }

  get current(): OpenLogFile {
    return this.#current;
  }

  /** Bytes that are left in the file in use. */
  get bytesLeft(): number {
    return this.#current.bytes - this.#current.offset;
  }

  /** Goes over to the next file, once there is one; `false` when there will be none, since the log is closed. */
  async roll(): Promise<boolean> {
    if (!(await this.#spare)) return false;
    const { disk, directory, incarnation, fileBytes } = this.#options;
    const { number, bytes, entryMax, file } = this.#current;
    const next = number + 1;
    const opened = await disk.open(join(directory, folders.log, logFileName(next)));
    await file.close();
    this.#old = [...this.#old, { number, bytes, entryMax }];
    const seed = checksumSeed({ incarnation, number: next });
    this.#current = { number: next, bytes: fileBytes, file: opened, seed, offset: fileHeaderBytes, entryMax: 0 };
    this.#prepare();
    return true;
  }

  /** Deletes the oldest files whose entries all are at or before `cut`. */
  async removeUpTo(cut: Sequence): Promise<void> {
    const { disk, directory } = this.#options;
    for (let [oldest] = this.#old; oldest !== undefined && oldest.entryMax <= cut; [oldest] = this.#old) {
      this.#old = this.#old.slice(1);
      await disk.remove(join(directory, folders.log, logFileName(oldest.number))).catch(ignoreMissing);
    }
  }

  async close(): Promise<void> {
    await this.#spare;
    await this.#current.file.close();
  }

  /** Makes the file behind the one in use; while the disk is full it tries again and again. */
  #prepare(): void {
    const number = this.#current.number + 1;
    // A failure is told at once, though nobody waits for the file yet.
    this.#spare = this.#make(number).catch((error: unknown) => {
      this.#onFailed(error);
      return false;
    });
  }

  async #make(number: number): Promise<boolean> {
    const { room } = this.#options;
    while (!room.isClosed) {
      try {
        await createLogFile(this.#options, number);
        room.set("log", true);
        return true;
      } catch (error) {
        if (!isFull(error)) throw error;
        room.set("log", false);
        await room.pause();
      }
    }
    return false;
  }
}
