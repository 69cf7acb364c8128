/** What stands in a directory. */
export interface DiskEntry {
  readonly name: string;
  readonly bytes: number;
}

/** A file whose writes are durable when they resolve. */
export interface DiskFile {
  /** Writes all the bytes at that position. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Makes durable what anybody wrote into the file before. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Holds a directory for this process; whatever ends the process lets go of it. */
export interface DiskLock {
  release(): Promise<void>;
}

/**
 * What a storage needs of the world: files and directories, by absolute path. Everything rejects with the error of the
 * platform, whose `code` says what happened.
 */
export interface Disk {
  /** Makes a directory and those above it where they are missing, durably. */
  makeDirectory(path: string): Promise<void>;
  /** Files and directories in a directory, in no order; none where there is no such directory. */
  list(path: string): Promise<readonly DiskEntry[]>;
  read(path: string): Promise<Uint8Array>;
  /** Writes a file anew. Its content is durable, its name only after `syncDirectory`. */
  create(path: string, parts: Iterable<Uint8Array>): Promise<void>;
  /** Opens a file that is there, to write into it. */
  open(path: string): Promise<DiskFile>;
  /** Gives a file or a directory another name, and takes the place of a file that has it. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file. */
  remove(path: string): Promise<void>;
  /** Makes durable which names are in a directory. */
  syncDirectory(path: string): Promise<void>;
  /** Takes a directory for this process alone; rejects with `DirectoryInUse` when another one has it. */
  lock(path: string): Promise<DiskLock>;
}

/** True when an operation failed because there is no room left on the disk, or none for this user. */
export function isFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOSPC" || code === "EDQUOT";
}

/** True when an operation failed because the file is not there. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT";
}

/** Takes it for done when what was to be removed is not there; throws any other error on. */
export function ignoreMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}

/** What a file is called while it is written: a crash leaves it behind under this name, and nobody reads it. */
const draftEnding = ".new";

/**
 * Writes a file that is there whole under its name, or not at all; the name is durable after `syncDirectory`. Takes its
 * draft away again when there is no room for it.
 */
export async function putFile(disk: Disk, path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const draft = path + draftEnding;
  try {
    await disk.create(draft, parts);
    await disk.rename(draft, path);
  } catch (error) {
    if (isFull(error)) await disk.remove(draft).catch(() => {});
    throw error;
  }
}
