import { join } from "node:path";
import type { Digest } from "../../protocol/ids.ts";
import type { SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import type { Sha256 } from "../../protocol/role.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import type { ReadCheckpoints } from "./checkpoint-reader.ts";
import { type Disk, ignoreMissing, isFull, putFile } from "./disk.ts";
import { encodeIntervalFile } from "./interval-file.ts";
import { folders, intervalFileName, snapshotFileName } from "./layout.ts";
import type { Room } from "./room.ts";
import { encodeSnapshotFile } from "./snapshot-file.ts";

/** What a checkpoint store works with. */
export interface CheckpointStoreOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly sha256: Sha256;
  readonly room: Room;
  /** A snapshot and the client table there are durable. */
  readonly onSaved: (checkpoint: SavedCheckpoint) => void;
  readonly onFailed: (error: unknown) => void;
}

interface StoredSnapshot {
  readonly checkpoint: SavedCheckpoint;
  readonly tableStart: Digest;
}

interface StoredInterval {
  readonly name: string;
  readonly before: Digest;
}

interface Save {
  readonly snapshot: Snapshot;
  readonly intervals: readonly TableInterval[];
}

/**
 * The snapshots and the intervals of the client table on the disk. It does one thing after the other, in the order in
 * which it was told; only a snapshot for which there is no room waits until there is, or until a newer one comes.
 */
export class CheckpointStore {
  readonly #options: CheckpointStoreOptions;
  /** By the names of their files. */
  readonly #snapshots = new Map<string, StoredSnapshot>();
  /** By their digests. */
  readonly #intervals = new Map<Digest, StoredInterval>();
  /** Digests of the intervals that a next snapshot may build on. */
  #wanted: Set<Digest>;
  /** The one that there was no room for. */
  #unsaved: Save | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(options: CheckpointStoreOptions, { checkpoints, tableStarts, table }: ReadCheckpoints) {
    this.#options = options;
    for (const [index, checkpoint] of checkpoints.entries()) {
      const tableStart = tableStarts[index] as Digest;
      this.#snapshots.set(snapshotFileName(checkpoint, options.sha256), { checkpoint, tableStart });
    }
    for (const interval of table) this.#noteInterval(interval);
    this.#wanted = new Set(this.#intervals.keys());
  }

  /** Stores a snapshot and intervals of the client table there; `onSaved` follows. */
  save(snapshot: Snapshot, intervals: readonly TableInterval[]): void {
    this.#after(() => {
      const unsaved = this.#unsaved?.intervals ?? [];
      this.#unsaved = undefined;
      return this.#save({ snapshot, intervals: [...unsaved, ...intervals] });
    });
  }

  /**
   * Deletes the snapshots and intervals that are stored by now and not among these, once `whenDurable` resolves with
   * true. An interval stays as long as a snapshot that builds on it.
   */
  keep(checkpoints: readonly SavedCheckpoint[], intervals: readonly Digest[], whenDurable: Promise<boolean>): void {
    const { sha256 } = this.#options;
    const kept = new Set(checkpoints.map((checkpoint) => snapshotFileName(checkpoint, sha256)));
    const unwanted = [...this.#snapshots.keys()].filter((name) => !kept.has(name));
    const digests = new Set(intervals);
    const unneeded = [...this.#intervals.keys()].filter((digest) => !digests.has(digest));
    this.#after(async () => {
      if (await whenDurable) await this.#remove(unwanted, unneeded);
    });
  }

  /** Deletes what was found in the directory and belongs to nothing. */
  clear(paths: readonly string[]): void {
    const { disk, directory, onFailed } = this.#options;
    this.#after(async () => {
      try {
        for (const path of paths) await disk.remove(join(directory, path)).catch(ignoreMissing);
      } catch (error) {
        onFailed(error);
      }
    });
  }

  /** Resolves when nothing is under way any more. */
  close(): Promise<void> {
    return this.#work;
  }

  #after(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => (this.#options.room.isClosed ? undefined : work()));
  }

  async #save(save: Save): Promise<void> {
    const { room, onSaved, onFailed } = this.#options;
    try {
      await this.#write(save);
    } catch (error) {
      if (!isFull(error)) return onFailed(error);
      this.#unsaved = save;
      room.set("snapshot", false);
      // Not before what else is to be done: that may be what makes room.
      void room.pause().then(() => this.#after(() => this.#retry(save)));
      return;
    }
    room.set("snapshot", true);
    const { digests, time } = save.snapshot;
    onSaved({ ...digests, time });
  }

  async #retry(save: Save): Promise<void> {
    if (this.#unsaved !== save) return;
    this.#unsaved = undefined;
    await this.#save(save);
  }

  async #write({ snapshot, intervals }: Save): Promise<void> {
    const { disk, directory, sha256 } = this.#options;
    const fresh = intervals.filter(({ digest }) => !this.#intervals.has(digest));
    for (const interval of fresh) {
      const name = intervalFileName(interval);
      await putFile(disk, join(directory, folders.table, name), encodeIntervalFile(interval));
      this.#noteInterval(interval);
    }
    for (const { digest } of intervals) this.#wanted.add(digest);
    if (intervals.length > 0) await disk.syncDirectory(join(directory, folders.table));
    const tableStart = this.#startOf(snapshot.digests.tableDigest);
    const name = snapshotFileName(snapshot.digests, sha256);
    await putFile(disk, join(directory, folders.snapshots, name), [
      encodeSnapshotFile({ snapshot, tableStart }, sha256),
    ]);
    await disk.syncDirectory(join(directory, folders.snapshots));
    this.#snapshots.set(name, { checkpoint: { ...snapshot.digests, time: snapshot.time }, tableStart });
  }

  async #remove(snapshots: readonly string[], intervals: readonly Digest[]): Promise<void> {
    const { disk, directory, onFailed } = this.#options;
    try {
      for (const name of snapshots) {
        this.#snapshots.delete(name);
        await disk.remove(join(directory, folders.snapshots, name)).catch(ignoreMissing);
      }
      for (const digest of intervals) this.#wanted.delete(digest);
      const needed = this.#neededIntervals();
      for (const digest of intervals) {
        const stored = this.#intervals.get(digest);
        if (stored === undefined || needed.has(digest)) continue;
        this.#intervals.delete(digest);
        await disk.remove(join(directory, folders.table, stored.name)).catch(ignoreMissing);
      }
    } catch (error) {
      onFailed(error);
    }
  }

  #noteInterval(interval: TableInterval): void {
    this.#intervals.set(interval.digest, { name: intervalFileName(interval), before: interval.before });
  }

  /** The digest before the first interval that leads up to a digest. */
  #startOf(digest: Digest): Digest {
    let start = digest;
    for (const at of this.#chainBefore(digest)) {
      if (!this.#wanted.has(at)) break;
      start = this.#beforeOf(at);
    }
    return start;
  }

  #neededIntervals(): ReadonlySet<Digest> {
    const needed = new Set<Digest>();
    for (const { checkpoint, tableStart } of this.#snapshots.values()) {
      for (const digest of this.#chainBefore(checkpoint.tableDigest)) {
        if (digest === tableStart) break;
        needed.add(digest);
      }
    }
    return needed;
  }

  *#chainBefore(digest: Digest): Iterable<Digest> {
    for (let at = digest; this.#intervals.has(at); at = this.#beforeOf(at)) yield at;
  }

  #beforeOf(digest: Digest): Digest {
    return this.#intervals.get(digest)?.before ?? digest;
  }
}
