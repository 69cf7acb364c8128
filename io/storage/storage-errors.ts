/** What is on the disk cannot be what a manager stored: it must not be believed, and counts as lost. */
export class Damage extends Error {
  override readonly name = "Damage";
  /** Relative to the directory of the manager. */
  readonly file: string;
  /** Bytes from the beginning of that file. */
  readonly offset: number;
  /** What is wrong there. */
  readonly what: string;

  constructor(what: string, file: string, offset = 0) {
    super(`${what} (${file}, at byte ${offset})`);
    this.what = what;
    this.file = file;
    this.offset = offset;
  }
}

/** Another process has the directory. */
export class DirectoryInUse extends Error {
  override readonly name = "DirectoryInUse";
  readonly code = "DIRECTORY_IN_USE";

  /** `pid` is the process that has it, where it said so. */
  constructor(directory: string, pid: number | undefined) {
    const who = pid === undefined ? "another process" : `process ${pid}`;
    super(`the data directory ${directory} is in use by ${who}; stop that service, or give this one another directory`);
  }
}

/** A write, or making it durable, failed: what is on the disk is not known any more, and the process has to end. */
export class DiskFailed extends Error {
  override readonly name = "DiskFailed";
  readonly code = "DISK_FAILED";

  constructor(directory: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the disk failed under ${directory}: ${why}; this process ends and reads everything again`, { cause });
  }
}
