import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Disk, DiskEntry, DiskFile, DiskLock } from "../../../io/storage/disk.ts";
import { DirectoryInUse } from "../../../io/storage/storage-errors.ts";
import type { Chance } from "../../../protocol/chance.ts";

/** What fails, and how: the `code` of the error. */
export type Failure = (operation: Operation, path: string) => string | undefined;

/** What a storage asks of a disk. */
export type Operation = "list" | "read" | "create" | "write" | "sync" | "open" | "rename" | "remove" | "syncDirectory";

interface Inode {
  /** What a process reads. */
  seen: Uint8Array;
  /** What a power cut leaves. */
  durable: Uint8Array;
  /** Where a write failed: seen, and taken for clean, so that only another write brings it to the disk. */
  lost?: readonly { readonly from: number; readonly to: number }[];
}

type Change = (names: Map<string, Inode>) => void;

interface Folder {
  seen: Map<string, Inode>;
  durable: Map<string, Inode>;
  /** Changes of names that are not durable. */
  changes: Change[];
}

interface Pending {
  readonly complete: () => void;
  /** What a crash leaves of it. */
  readonly tear: (chance: Chance) => void;
}

const sectorBytes = 512;

/**
 * A disk in memory that does one thing at a time when it is told to. Until then everything asked of it is under way: a
 * crash leaves any part of it, sector by sector in any order, and names that were not synced may be there or not.
 */
export class SimulatedDisk implements Disk {
  fails: Failure = () => undefined;
  #folders = new Map<string, Folder>();
  #pending: Pending[] = [];
  #locked = new Set<string>();
  /** Operations that were completed. */
  operations = 0;

  /** Completes one of the things under way; false when there is none. */
  async step(chance?: Chance): Promise<boolean> {
    const index = chance === undefined ? 0 : chance.between(0, Math.max(0, this.#pending.length - 1));
    const [next] = this.#pending.splice(index, 1);
    next?.complete();
    await setImmediate();
    return next !== undefined;
  }

  /** Completes everything that is under way and follows. */
  async settle(): Promise<void> {
    // What was asked for in this turn gets under way behind it.
    await setImmediate();
    while (await this.step());
  }

  /** Completes what is needed for a promise. */
  async until<T>(promise: Promise<T>, chance?: Chance): Promise<T> {
    const watched = { isOver: false };
    const end = () => {
      watched.isOver = true;
    };
    promise.then(end, end);
    while (!watched.isOver) await this.step(chance);
    return promise;
  }

  /** The process ends: what was under way is there in part. With a power cut, so is all that was not synced. */
  crash(chance: Chance, isPowerCut: boolean): void {
    for (const { tear } of this.#pending) tear(chance);
    this.#pending = [];
    this.#locked.clear();
    if (!isPowerCut) return;
    for (const folder of this.#folders.values()) {
      for (const change of folder.changes) if (chance.happens(0.5)) change(folder.durable);
      folder.changes = [];
      folder.seen = new Map(folder.durable);
      for (const inode of folder.seen.values()) {
        inode.durable = mix(inode.durable, withoutLost(inode, inode.seen), chance);
        inode.seen = inode.durable.slice();
        inode.lost = [];
      }
    }
  }

  /** Names of the files in a directory and below, in their order. */
  paths(directory: string): readonly string[] {
    return [...this.#folders]
      .filter(([path]) => path === directory || path.startsWith(`${directory}/`))
      .flatMap(([path, { seen }]) => [...seen.keys()].map((name) => join(path, name)))
      .sort();
  }

  /** The bytes of a file, to be changed in place. */
  bytesOf(path: string): Uint8Array {
    const inode = this.#inode(path);
    inode.durable = inode.seen;
    return inode.seen;
  }

  /** Takes a file away behind everybody's back. */
  lose(path: string): void {
    const folder = this.#folder(dirname(path));
    folder.seen.delete(basename(path));
    folder.durable.delete(basename(path));
  }

  /** Another disk with the same content, all of it durable. */
  clone(): SimulatedDisk {
    const copy = new SimulatedDisk();
    for (const [path, folder] of this.#folders) {
      const names = [...folder.seen].map(
        ([name, { seen }]) => [name, { seen: seen.slice(), durable: seen.slice() }] as const,
      );
      copy.#folders.set(path, { seen: new Map(names), durable: new Map(names), changes: [] });
    }
    return copy;
  }

  makeDirectory(path: string): Promise<void> {
    for (let at = path; at !== "/" && at !== "."; at = dirname(at)) {
      if (!this.#folders.has(at)) this.#folders.set(at, { seen: new Map(), durable: new Map(), changes: [] });
    }
    return Promise.resolve();
  }

  list(path: string): Promise<readonly DiskEntry[]> {
    return this.#do("list", path, () => {
      const files = [...(this.#folders.get(path)?.seen ?? [])].map(([name, { seen }]) => ({
        name,
        bytes: seen.length,
      }));
      const folders = [...this.#folders.keys()].filter((folder) => dirname(folder) === path);
      return [...files, ...folders.map((folder) => ({ name: basename(folder), bytes: 0 }))];
    });
  }

  read(path: string): Promise<Uint8Array> {
    return this.#do("read", path, () => this.#inode(path).seen.slice());
  }

  create(path: string, parts: Iterable<Uint8Array>): Promise<void> {
    const bytes = new Uint8Array(Buffer.concat([...parts]));
    const put = (seen: Uint8Array, durable: Uint8Array) => {
      const inode = { seen, durable };
      this.#change(dirname(path), (names) => names.set(basename(path), inode));
    };
    return this.#do(
      "create",
      path,
      () => put(bytes, bytes.slice()),
      (chance) => {
        const part = mix(new Uint8Array(bytes.length), bytes, chance).slice(0, chance.between(0, bytes.length));
        put(part, part.slice(0, chance.between(0, part.length)));
      },
      () => put(bytes.slice(0, bytes.length >> 1), new Uint8Array(0)),
    );
  }

  open(path: string): Promise<DiskFile> {
    return this.#do("open", path, () => this.#file(path, this.#inode(path)));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#do("rename", to, () => {
      if (this.#folders.has(from)) return this.#renameFolder(from, to);
      const inode = this.#inode(from);
      this.#change(dirname(to), (names) => {
        names.delete(basename(from));
        names.set(basename(to), inode);
      });
    });
  }

  remove(path: string): Promise<void> {
    return this.#do("remove", path, () => {
      this.#inode(path);
      this.#change(dirname(path), (names) => names.delete(basename(path)));
    });
  }

  syncDirectory(path: string): Promise<void> {
    return this.#do("syncDirectory", path, () => {
      const folder = this.#folder(path);
      folder.durable = new Map(folder.seen);
      folder.changes = [];
    });
  }

  lock(path: string): Promise<DiskLock> {
    if (this.#locked.has(path)) return Promise.reject(new DirectoryInUse(path, 1));
    this.#locked.add(path);
    const release = () => {
      this.#locked.delete(path);
      return Promise.resolve();
    };
    return Promise.resolve({ release });
  }

  #file(path: string, inode: Inode): DiskFile {
    return {
      write: (bytes, position) => {
        const content = bytes.slice();
        const before = inode.seen;
        return this.#do(
          "write",
          path,
          () => {
            const to = position + content.length;
            inode.seen.set(content, position);
            inode.durable.set(content, position);
            inode.lost = inode.lost?.filter((range) => range.from < position || range.to > to) ?? [];
          },
          (chance) => {
            const after = before.slice();
            after.set(content, position);
            inode.seen = mix(inode.seen, after, chance);
          },
          () => {
            inode.seen.set(content, position);
            inode.lost = [...(inode.lost ?? []), { from: position, to: position + content.length }];
          },
        );
      },
      sync: () =>
        this.#do("sync", path, () => {
          inode.durable = withoutLost(inode, inode.seen);
        }),
      close: () => Promise.resolve(),
    };
  }

  /** `tear` is what a crash leaves of it, and `fail` what a failure does. */
  #do<T>(
    operation: Operation,
    path: string,
    run: () => T,
    tear: Pending["tear"] = () => {},
    fail: () => void = () => {},
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const complete = () => {
        this.operations++;
        const code = this.fails(operation, path);
        try {
          if (code === undefined) return resolve(run());
          fail();
          reject(Object.assign(new Error(`${operation} ${path}`), { code }));
        } catch (error) {
          reject(error);
        }
      };
      this.#pending.push({ complete, tear });
    });
  }

  #change(directory: string, change: Change): void {
    const folder = this.#folder(directory);
    change(folder.seen);
    folder.changes.push(change);
  }

  #renameFolder(from: string, to: string): void {
    for (const [path, folder] of new Map(this.#folders)) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#folders.delete(path);
      this.#folders.set(to + path.slice(from.length), folder);
    }
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(path);
    if (folder === undefined) throw Object.assign(new Error(`no directory ${path}`), { code: "ENOENT", path });
    return folder;
  }

  #inode(path: string): Inode {
    const inode = this.#folder(dirname(path)).seen.get(basename(path));
    if (inode === undefined) throw Object.assign(new Error(`no file ${path}`), { code: "ENOENT", path });
    return inode;
  }
}

/** What reaches the disk when everything does that is not taken for clean. */
function withoutLost({ durable, lost = [] }: Inode, seen: Uint8Array): Uint8Array {
  const reached = seen.slice();
  for (const { from, to } of lost) reached.set(durable.subarray(from, to), from);
  return reached;
}

/** Each sector as it was before or as it is after. */
function mix(before: Uint8Array, after: Uint8Array, chance: Chance): Uint8Array {
  const mixed = after.slice();
  for (let at = 0; at < after.length; at += sectorBytes) {
    if (chance.happens(0.5)) mixed.set(before.subarray(at, Math.min(at + sectorBytes, after.length)), at);
  }
  return mixed;
}
