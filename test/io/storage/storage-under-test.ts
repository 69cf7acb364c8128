import { sha256 } from "../../../io/sha256.ts";
import { type ManagerStorage, openManagerStorage } from "../../../io/storage/manager-storage.ts";
import type { DiskFailed } from "../../../io/storage/storage-errors.ts";
import type { Chance } from "../../../protocol/chance.ts";
import { defaultLimits, type Limits } from "../../../protocol/limits.ts";
import type { SavedCheckpoint } from "../../../protocol/log-record.ts";
import { SimulatedDisk } from "./simulated-disk.ts";

/** Where the manager of a test lives. */
export const directory = "/data/manager-1";

/** Small files, so that a few records fill them. */
export const smallLimits: Limits = {
  ...defaultLimits,
  logFileBytes: 16 * 1024,
  logBatchBytesMax: 2048,
  logQueueBytesMax: 32 * 1024,
};

/** A timer that a test fires. */
interface Timer {
  readonly ms: number;
  readonly run: () => void;
}

/** An open storage on a simulated disk, and all that it said. */
export class StorageUnderTest {
  readonly disk: SimulatedDisk;
  readonly saved: SavedCheckpoint[] = [];
  readonly room: boolean[] = [];
  readonly failures: DiskFailed[] = [];
  readonly notes: string[] = [];
  readonly progress: { readonly done: number; readonly total: number }[] = [];
  onSaved: (checkpoint: SavedCheckpoint) => void = () => {};
  onAppended: (position: number) => void = () => {};
  position = 0;
  storage!: ManagerStorage;
  #timers = new Set<Timer>();

  constructor(disk: SimulatedDisk) {
    this.disk = disk;
  }

  /** Opens the directory; resolves when it is read. */
  static async open(disk: SimulatedDisk, limits: Limits = smallLimits, chance?: Chance): Promise<StorageUnderTest> {
    const tested = new StorageUnderTest(disk);
    tested.storage = await disk.until(tested.#open(limits), chance);
    return tested;
  }

  /** Opens a new directory on a disk of its own; nothing is under way any more. */
  static async openNew(): Promise<StorageUnderTest> {
    const tested = await StorageUnderTest.open(new SimulatedDisk());
    await tested.disk.settle();
    return tested;
  }

  /** Closes it when all is done that was under way, and opens the directory again. */
  async reopen(): Promise<StorageUnderTest> {
    await this.disk.settle();
    await this.disk.until(this.storage.close());
    return StorageUnderTest.open(this.disk);
  }

  /** Begins to open the directory: nothing happens before the disk does its steps. */
  static begin(disk: SimulatedDisk): void {
    void new StorageUnderTest(disk).#open(smallLimits);
  }

  /** Runs every timer of that time. */
  fire(ms: number): void {
    for (const timer of [...this.#timers].filter((timer) => timer.ms === ms)) {
      this.#timers.delete(timer);
      timer.run();
    }
  }

  get timers(): readonly number[] {
    return [...this.#timers].map(({ ms }) => ms);
  }

  #open(limits: Limits): Promise<ManagerStorage> {
    return openManagerStorage(directory, {
      limits,
      sha256,
      disk: this.disk,
      after: (ms, run) => {
        const timer = { ms, run };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
      onProgress: (done, total) => this.progress.push({ done, total }),
      onAppended: (position) => {
        this.position = position;
        this.onAppended(position);
      },
      onSaved: (checkpoint) => {
        this.saved.push(checkpoint);
        this.onSaved(checkpoint);
      },
      onRoom: (hasRoom) => this.room.push(hasRoom),
      onFailed: (error) => this.failures.push(error),
      note: ({ level, text }) => this.notes.push(`${level} ${text}`),
    });
  }
}
