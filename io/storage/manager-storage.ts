import { join } from "node:path";
import { assert } from "../../protocol/assert.ts";
import { isSameCheckpoint } from "../../protocol/checkpoint.ts";
import type { Digest, Incarnation, Sequence } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { LogRecord, SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Recovered, Snapshot } from "../../protocol/recovered.ts";
import type { NoteEffect, Sha256 } from "../../protocol/role.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import { CheckpointStore } from "./checkpoint-store.ts";
import { type Disk, type DiskLock, ignoreMissing } from "./disk.ts";
import { readIdentity } from "./identity.ts";
import { folders, logFileName } from "./layout.ts";
import { LogFiles } from "./log-files.ts";
import { LogWriter } from "./log-writer.ts";
import { makeDirectory, refuseUsedLog } from "./new-directory.ts";
import { type DirectoryContents, readDirectory } from "./read-directory.ts";
import { Reading } from "./reading.ts";
import { realDisk } from "./real-disk.ts";
import { type After, Room } from "./room.ts";
import { setAside } from "./set-aside.ts";
import { Damage, DiskFailed } from "./storage-errors.ts";

/** What a storage tells: the inputs of a manager. */
export interface StorageEvents {
  /** Bytes that are read, of all. */
  readonly onProgress: (done: number, total: number) => void;
  /** The first `position` records that were appended since the opening are durable. */
  readonly onAppended: (position: number) => void;
  /** A snapshot and the client table there are durable. */
  readonly onSaved: (checkpoint: SavedCheckpoint) => void;
  readonly onRoom: (hasRoom: boolean) => void;
  /** The disk failed, said once: the process must end, and nothing is durable that was not said to be. */
  readonly onFailed: (error: DiskFailed) => void;
  readonly note: (note: Pick<NoteEffect, "level" | "text">) => void;
}

/** What a storage is opened with. */
export interface StorageOptions extends StorageEvents {
  readonly limits: Pick<Limits, "logFileBytes" | "logBatchBytesMax" | "logQueueBytesMax" | "logSealMs" | "roomRetryMs">;
  readonly sha256: Sha256;
  /** The real one unless a test gives another. */
  readonly disk?: Disk;
  readonly after?: After;
}

/** What is needed from some point on. */
export interface Kept {
  /** No entry up to this one, which a record has said. */
  readonly cut: Sequence;
  readonly checkpoints: readonly SavedCheckpoint[];
  /** Digests of intervals of the client table. */
  readonly intervals: readonly Digest[];
}

/** The durable storage of one manager; it belongs to one process, and one core. */
export interface ManagerStorage {
  readonly incarnation: Incarnation;
  readonly recovered: Recovered;
  /** Stores records behind all earlier ones; those of one call are durable together while they fit into one batch. */
  append(records: readonly LogRecord[]): void;
  /** Stores a snapshot and those intervals of the client table that are not stored yet. */
  save(snapshot: Snapshot, intervals: readonly TableInterval[]): void;
  /** Only this is needed from now on; everything else goes, once all records before are durable. */
  keep(kept: Kept): void;
  /** Writes what waits, and lets go of the directory. Nothing is called back after it. */
  close(): Promise<void>;
}

/**
 * Opens the directory of a manager, makes it where there is none, and reads all of it. One that is damaged counts as a
 * lost disk: it is set aside under another name, and a new manager begins. Rejects with `DirectoryInUse`, with the
 * platform's error when the disk has no room for a new directory or cannot be read, and with `Damage` when what was
 * just made is damaged too.
 */
export async function openManagerStorage(directory: string, options: StorageOptions): Promise<ManagerStorage> {
  const disk = options.disk ?? realDisk;
  const { logFileBytes, logBatchBytesMax } = options.limits;
  assert(logFileBytes >= 4 * logBatchBytesMax, "a file of the log holds a few of the largest batches");
  try {
    return await openOnce({ ...options, disk }, directory);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
  }
  // Once: on a disk that gives back nothing as it was written this would never end.
  return openOnce({ ...options, disk }, directory);
}

type Options = StorageOptions & { readonly disk: Disk };

/** Rejects with `Damage` once the directory is set aside. */
async function openOnce(options: Options, directory: string): Promise<ManagerStorage> {
  const { disk, note } = options;
  await disk.makeDirectory(directory);
  const lock = await disk.lock(directory);
  try {
    return await openLocked(options, directory, lock);
  } catch (error) {
    try {
      if (error instanceof Damage) await setAside(disk, directory, error, note);
    } finally {
      await lock.release();
    }
    throw error;
  }
}

async function openLocked(options: Options, directory: string, lock: DiskLock): Promise<ManagerStorage> {
  const { disk, sha256, limits, onProgress } = options;
  const incarnation = await readOrMake(options, directory);
  const contents = await readDirectory(new Reading({ disk, directory, sha256 }, onProgress), incarnation);
  tellOf(contents, directory, options.note);
  for (const name of contents.log.leftovers) await disk.remove(join(directory, folders.log, name)).catch(ignoreMissing);
  const voice = new Voice(options, directory);
  const { onAppended, onSaved } = voice;
  const room = new Room(limits.roomRetryMs, options.after ?? realAfter, voice.onRoom);
  const onFailed = (error: unknown): void => {
    room.close();
    voice.onFailed(error);
  };
  const fileBytes = limits.logFileBytes;
  const files = await LogFiles.open({ disk, directory, incarnation, fileBytes, room }, contents.log, onFailed);
  const { nextBatch, isSealed } = contents.log;
  const writing = { limits, files, room, after: options.after ?? realAfter, onAppended, onFailed };
  const log = new LogWriter({ ...writing, summary: contents.logSummary, nextBatch, isSealed });
  const store = { disk, directory, sha256, room, onSaved, onFailed };
  const checkpoints = new CheckpointStore(store, contents.checkpoints);
  const { recovered } = contents;
  if (recovered.summary.checkpoints.length < contents.logSummary.checkpoints.length) log.correct(recovered.summary);
  checkpoints.clear(contents.checkpoints.leftovers);
  return new DirectoryStorage({ incarnation, recovered, lock, voice, onFailed, room, files, log, checkpoints });
}

async function readOrMake({ disk, sha256, limits, note }: Options, directory: string): Promise<Incarnation> {
  const incarnation = await readIdentity(disk, directory);
  if (incarnation !== undefined) return incarnation;
  await refuseUsedLog(disk, directory);
  note({ level: "info", text: `${directory} is made for a new manager` });
  return makeDirectory({ disk, directory, sha256, logFileBytes: limits.logFileBytes });
}

function tellOf({ log, checkpoints }: DirectoryContents, directory: string, note: StorageOptions["note"]): void {
  for (const trouble of checkpoints.troubles) note({ level: "warn", text: `in ${directory}: ${trouble}; not needed` });
  if (log.torn === undefined) return;
  const { number, from, to } = log.torn;
  const where = `${logFileName(number)} of ${directory}`;
  const text = `dropped ${to - from} bytes at the end of ${where}: they were being written when the process ended`;
  note({ level: "info", text });
}

const realAfter: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

/** Calls back until it is told to be silent; a failure is the last thing that it says. */
class Voice {
  readonly #options: Options;
  readonly #directory: string;
  #isSilent = false;

  constructor(options: Options, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  readonly onAppended = (position: number): void => {
    if (!this.#isSilent) this.#options.onAppended(position);
  };

  readonly onSaved = (checkpoint: SavedCheckpoint): void => {
    if (!this.#isSilent) this.#options.onSaved(checkpoint);
  };

  readonly onRoom = (hasRoom: boolean): void => {
    if (!this.#isSilent) this.#options.onRoom(hasRoom);
  };

  readonly onFailed = (error: unknown): void => {
    if (this.#isSilent) return;
    this.#isSilent = true;
    this.#options.onFailed(new DiskFailed(this.#directory, error));
  };

  silence(): void {
    this.#isSilent = true;
  }
}

/** What a storage is made of. */
interface Parts {
  readonly incarnation: Incarnation;
  readonly recovered: Recovered;
  readonly lock: DiskLock;
  readonly voice: Voice;
  readonly onFailed: (error: unknown) => void;
  readonly room: Room;
  readonly files: LogFiles;
  readonly log: LogWriter;
  readonly checkpoints: CheckpointStore;
}

class DirectoryStorage implements ManagerStorage {
  readonly incarnation: Incarnation;
  readonly recovered: Recovered;
  readonly #parts: Parts;
  #removal: Promise<void> = Promise.resolve();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.incarnation = parts.incarnation;
    this.recovered = parts.recovered;
  }

  append(records: readonly LogRecord[]): void {
    this.#parts.log.append(records);
  }

  save(snapshot: Snapshot, intervals: readonly TableInterval[]): void {
    this.#parts.checkpoints.save(snapshot, intervals);
  }

  keep({ cut, checkpoints, intervals }: Kept): void {
    const { log, files, onFailed } = this.#parts;
    const { summary } = log;
    const kept = summary.checkpoints.filter((own) => checkpoints.some((other) => isSameCheckpoint(own, other)));
    // The log names only what is on the disk, or it would be taken for damaged.
    if (kept.length < summary.checkpoints.length) log.correct({ ...summary, checkpoints: kept });
    const whenDurable = log.whenDurable();
    this.#parts.checkpoints.keep(checkpoints, intervals, whenDurable);
    const remove = async (): Promise<void> => {
      if (await whenDurable) await files.removeUpTo(cut);
    };
    this.#removal = this.#removal.then(remove).catch(onFailed);
  }

  async close(): Promise<void> {
    const { room, log, voice, checkpoints, files, lock } = this.#parts;
    room.close();
    await log.close();
    voice.silence();
    await checkpoints.close();
    await this.#removal;
    await files.close();
    await lock.release();
  }
}
