import type { Chance } from "../../protocol/chance.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { Incarnation } from "../../protocol/ids.ts";
import type { LogRecord, SavedCheckpoint } from "../../protocol/log-record.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import type { ManagerEffect, Recovered, Snapshot } from "../../replica-manager/effect.ts";
import { FoldedLog } from "./folded-log.ts";
import { Violation } from "./violation.ts";

/** What a disk needs of the world around it. */
export interface DiskHost {
  readonly now: number;
  readonly chance: Chance;
  at(time: number, run: () => void): void;
}

/** What a disk tells the process that opened it. */
export interface DiskEvents {
  onAppended(position: number): void;
  onSaved(checkpoint: SavedCheckpoint): void;
  onRoom(hasRoom: boolean): void;
  /** Called for whoever watches, whenever more is durable. */
  onDurable(): void;
}

interface Save {
  readonly snapshot: Snapshot;
  readonly intervals: readonly TableInterval[];
}

type Keep = Extract<ManagerEffect, { kind: "keep" }>;

const ordinaryMs = [0, 4] as const;

/**
 * The data directory of one manager: one write at a time, durable when it is done; a crash loses what is not, but for a
 * part at its beginning that may have come to the disk all the same.
 */
export class SimulatedDisk {
  readonly incarnation: Incarnation;
  readonly durable = new FoldedLog();
  readonly #host: DiskHost;
  #events: DiskEvents | undefined;
  /** What each append holds: one is written as a whole or not at all. */
  #pending: (readonly LogRecord[])[] = [];
  /** Records of this life, appended and durable. */
  #appended = 0;
  #position = 0;
  #isWriting = false;
  /** What may be deleted once so many records are durable. */
  #waste: {
    readonly position: number;
    readonly snapshots: readonly string[];
    readonly intervals: readonly string[];
  }[] = [];
  #snapshots = new Map<string, Snapshot>();
  #intervals = new Map<string, TableInterval>();
  #savedAt = 0;
  /** What there was no room for, to be tried again; a newer one takes its place. */
  #unsaved: Save | undefined;
  #hasRoom = true;
  #slowUntil = 0;
  #slowMs = 0;

  constructor(incarnation: Incarnation, host: DiskHost) {
    this.incarnation = incarnation;
    this.#host = host;
  }

  get hasRoom(): boolean {
    return this.#hasRoom;
  }

  /** Snapshots that are stored and not about to be deleted. */
  get snapshots(): readonly Snapshot[] {
    const waste = new Set(this.#waste.flatMap(({ snapshots }) => snapshots));
    return [...this.#snapshots].filter(([key]) => !waste.has(key)).map(([, snapshot]) => snapshot);
  }

  /** Opens it for a new process, which is told everything from now on, and returns what it finds. */
  open(events: DiskEvents): Recovered {
    this.#events = events;
    const { summary, entries } = this.durable;
    const checkpoints = summary.checkpoints.filter((checkpoint) => this.#snapshots.has(keyOf(checkpoint)));
    const snapshots = checkpoints.map((checkpoint) => this.#snapshots.get(keyOf(checkpoint)) as Snapshot);
    const newest = summary.checkpoints.at(-1);
    if (checkpoints.at(-1) !== newest || (newest === undefined && summary.base > 0)) {
      throw new Violation(
        "recoverable",
        `entries up to ${summary.base} are gone, and so is checkpoint ${newest?.n ?? "none"}`,
      );
    }
    const table = this.#tableOf(newest);
    return { summary: { ...summary, checkpoints }, entries: [...entries], snapshots, table };
  }

  append(records: readonly LogRecord[]): void {
    this.#appended += records.length;
    this.#pending.push(records);
    this.#write();
  }

  save(snapshot: Snapshot, intervals: readonly TableInterval[]): void {
    const events = this.#events;
    const save = { snapshot, intervals: [...(this.#unsaved?.intervals ?? []), ...intervals] };
    this.#unsaved = undefined;
    // One after the other: what was to be saved first is there first.
    this.#savedAt = Math.max(this.#savedAt, this.#host.now + 2 * this.#latencyMs());
    this.#host.at(this.#savedAt, () => {
      if (events === undefined || events !== this.#events) return;
      if (this.#hasRoom) this.#store(save, events);
      else this.#unsaved = save;
    });
  }

  keep(keep: Keep): void {
    const snapshots = new Set(keep.checkpoints.map(keyOf));
    const intervals = new Set(keep.intervals);
    this.#waste.push({
      position: this.#appended,
      snapshots: [...this.#snapshots.keys()].filter((key) => !snapshots.has(key)),
      intervals: [...this.#intervals.keys()].filter((digest) => !intervals.has(digest)),
    });
    this.#tidy();
  }

  /** The process that had it open is gone; of what was not durable only a random beginning is found again. */
  crash(): void {
    const survivors = this.#pending.slice(0, this.#host.chance.between(0, this.#pending.length));
    for (const record of survivors.flat()) this.durable.apply(record);
    const events = this.#events;
    this.#events = undefined;
    this.#pending = [];
    this.#appended = 0;
    this.#position = 0;
    this.#isWriting = false;
    this.#waste = [];
    this.#unsaved = undefined;
    events?.onDurable();
  }

  /** Every write takes so much longer until then. */
  slow(until: number, ms: number): void {
    this.#slowUntil = until;
    this.#slowMs = ms;
  }

  /** Takes all room away, or gives it back. */
  setRoom(hasRoom: boolean): void {
    if (this.#hasRoom === hasRoom) return;
    this.#hasRoom = hasRoom;
    this.#events?.onRoom(hasRoom);
    const unsaved = this.#unsaved;
    if (hasRoom && unsaved !== undefined) this.save(unsaved.snapshot, []);
    this.#write();
  }

  #store({ snapshot, intervals }: Save, events: DiskEvents): void {
    this.#snapshots.set(keyOf(snapshot.digests), snapshot);
    for (const interval of intervals) this.#intervals.set(interval.digest, interval);
    events.onSaved({ ...snapshot.digests, time: snapshot.time });
  }

  #write(): void {
    const events = this.#events;
    if (events === undefined || this.#isWriting || !this.#hasRoom || this.#pending.length === 0) return;
    this.#isWriting = true;
    const count = this.#pending.length;
    this.#host.at(this.#host.now + this.#latencyMs(), () => {
      if (events !== this.#events) return;
      this.#isWriting = false;
      const records = this.#pending.splice(0, count).flat();
      for (const record of records) this.durable.apply(record);
      this.#position += records.length;
      this.#tidy();
      events.onDurable();
      events.onAppended(this.#position);
      this.#write();
    });
  }

  /** Deletes what is not kept, once the records that say so are durable. */
  #tidy(): void {
    while (this.#waste.length > 0 && this.#waste[0]!.position <= this.#position) {
      const { snapshots, intervals } = this.#waste.shift()!;
      for (const key of snapshots) this.#snapshots.delete(key);
      for (const digest of intervals) this.#intervals.delete(digest);
    }
  }

  #tableOf(newest: SavedCheckpoint | undefined): readonly TableInterval[] {
    const table: TableInterval[] = [];
    let digest = newest?.tableDigest ?? genesisDigest;
    for (let interval = this.#intervals.get(digest); interval !== undefined; interval = this.#intervals.get(digest)) {
      table.unshift(interval);
      digest = interval.before;
    }
    return table;
  }

  #latencyMs(): number {
    const { chance, now } = this.#host;
    const ms = chance.between(...ordinaryMs);
    return now < this.#slowUntil ? ms + chance.between(this.#slowMs >> 1, this.#slowMs) : ms;
  }
}

function keyOf({ n, stateDigest, tableDigest }: Omit<SavedCheckpoint, "time">): string {
  return `${n} ${stateDigest} ${tableDigest}`;
}
