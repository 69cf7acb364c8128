import { write as fsWrite } from "node:fs";
import { constants, type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { lockDirectory } from "./directory-lock.ts";
import { type Disk, type DiskEntry, type DiskFile, isMissing } from "./disk.ts";

/** Systems without it sync after each write instead. */
const dataSync: number | undefined = constants.O_DSYNC;

/** The files of this machine. */
export const realDisk: Disk = {
  makeDirectory,
  list,
  read,
  create,
  open: async (path) => new RealFile(await open(path, constants.O_WRONLY | (dataSync ?? 0))),
  rename,
  remove: unlink,
  syncDirectory,
  lock: lockDirectory,
};

class RealFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await writeAll(this.#handle.fd, bytes, position);
    if (dataSync === undefined) await this.#handle.datasync();
  }

  sync(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** By the callback interface, which takes half of the time of the other one. */
function writeAll(fd: number, bytes: Uint8Array, position: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const writeFrom = (offset: number): void =>
      fsWrite(fd, bytes, offset, bytes.length - offset, position + offset, (error, written) => {
        if (error !== null) reject(error);
        else if (offset + written === bytes.length) resolve();
        else writeFrom(offset + written);
      });
    writeFrom(0);
  });
}

async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncDirectory(dirname(made));
}

async function list(path: string): Promise<readonly DiskEntry[]> {
  try {
    const names = await readdir(path);
    const entries = await Promise.all(names.map((name) => describe(path, name)));
    return entries.filter((entry) => entry !== undefined);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** `undefined` when it went away since it was listed. */
async function describe(path: string, name: string): Promise<DiskEntry | undefined> {
  try {
    return { name, bytes: (await stat(join(path, name))).size };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Where only the reading fails, as with a bad sector, the error of the platform does not say of which file. */
async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message, path: named } = error as NodeJS.ErrnoException;
    if (named !== undefined) throw error;
    throw Object.assign(new Error(`${message} '${path}'`, { cause: error }), { code, path });
  }
}

async function create(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(path, "w");
  try {
    let position = 0;
    for (const part of parts) {
      await writeAll(handle.fd, part, position);
      position += part.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows has no such thing: names there are durable with the file.
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
