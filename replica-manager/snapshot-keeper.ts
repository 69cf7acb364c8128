import { assert } from "../protocol/assert.ts";
import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { Address, InstantMs, Sequence, Slot } from "../protocol/ids.ts";
import type { LogRecord, SavedCheckpoint } from "../protocol/log-record.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { TableInterval } from "../protocol/table-interval.ts";
import type { CheckpointBook } from "./checkpoint-book.ts";
import type { ClientTable } from "./client-table.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, Recovered, Snapshot } from "./effect.ts";
import type { Ordering } from "./ordering.ts";
import { type Fetched, SnapshotFetch } from "./snapshot-fetch.ts";
import { snapshotPart } from "./snapshot-parts.ts";
import { SnapshotShelf } from "./snapshot-shelf.ts";

/** A fetched snapshot that is on the disk. */
export interface Arrived extends Fetched {
  readonly checkpoint: SavedCheckpoint;
}

/** What a keeper works with. */
export interface KeeperParts {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly table: ClientTable;
  readonly book: CheckpointBook;
}

/**
 * The snapshots of one manager: kept in memory for its replica and for its peers, saved to the disk together with the
 * client table, fetched from peers in parts; and the log cut behind the oldest that is saved.
 */
export class SnapshotKeeper {
  readonly shelf: SnapshotShelf;
  readonly #parts: KeeperParts;
  /** Intervals of the client table that are on the disk, by their digests. */
  #savedIntervals = new Set<string>();
  #fetch: SnapshotFetch | undefined;
  /** Fetched, and to be saved before anything is built on it. */
  #arriving: Fetched | undefined;
  /** Made, and not told before their entries are durable: what is not may be taken back. */
  #untold: readonly CheckpointDigests[] = [];
  #saveAgainAt: InstantMs = Number.POSITIVE_INFINITY;
  /** Whom part of a fetch was asked of, when it was agreed on: newer checkpoints may have come since. */
  #holders: readonly Slot[] = [];

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.shelf = new SnapshotShelf(parts.config.limits);
  }

  /** How far a fetch has come. */
  get fetching(): { readonly done: number; readonly total: number } | undefined {
    return this.#fetch === undefined ? undefined : { done: this.#fetch.done, total: this.#fetch.total };
  }

  /** When `fetch` or `pollArriving` wants to be called again. */
  get deadline(): InstantMs {
    if (this.#arriving !== undefined) return this.#saveAgainAt;
    return this.#fetch?.deadline ?? Number.POSITIVE_INFINITY;
  }

  /** Takes over what was found in the data. */
  recover({ snapshots, table }: Recovered): void {
    const { config, book } = this.#parts;
    this.shelf.recover(snapshots);
    for (const { digests } of snapshots) book.note(config.slot, digests);
    this.#savedIntervals = new Set(table.map(({ digest }) => digest));
  }

  /** Keeps a snapshot of the own replica, has it saved, and tells the others of it once its entry is durable. */
  onExported(snapshot: Snapshot, emit: Emit): void {
    const { ordering, table, config } = this.#parts;
    this.shelf.add(snapshot, ordering.commitPoint);
    this.#save(snapshot, table.intervalsUpTo(snapshot.digests.n), emit);
    this.#untold = [...this.#untold, snapshot.digests].slice(-config.limits.checkpointDigestsMax);
    this.onDurable(emit);
  }

  /** More entries are durable. */
  onDurable(emit: Emit): void {
    if (this.#untold.length === 0) return;
    const { durable } = this.#parts.ordering;
    for (const digests of this.#untold) if (digests.n <= durable) this.#announceOne("managers", digests, emit);
    this.#untold = this.#untold.filter(({ n }) => n > durable);
  }

  /** The replica was found wrong: what it made counts only where others had the same. */
  distrust(): void {
    this.shelf.distrust();
    this.#untold = [];
  }

  /**
   * A snapshot is on the disk: the log says so, and forgets what no snapshot needs any more. Returns a fetched one that
   * the log is to start anew behind: `takeIn` does that, once nothing works with the old log any more.
   */
  onSaved(checkpoint: SavedCheckpoint, emit: Emit): Arrived | undefined {
    const arriving = this.#arriving;
    const { ordering, table } = this.#parts;
    if (arriving !== undefined && isSameCheckpoint(arriving.snapshot.digests, checkpoint)) {
      this.#arriving = undefined;
      this.#noteIntervals(arriving.intervals);
      const wanted = ordering.snapshotWanted;
      // The log may have come as far by itself in the meantime.
      const isOther = ordering.log.digestAt(checkpoint.n) !== checkpoint.historyDigest;
      const isOfUse = wanted !== undefined && checkpoint.n >= wanted.min && isOther;
      return isOfUse ? { ...arriving, checkpoint } : undefined;
    }
    if (!this.shelf.markSaved(checkpoint)) return undefined;
    this.#noteIntervals(table.intervalsUpTo(checkpoint.n));
    const records: LogRecord[] = [{ kind: "checkpoint", ...checkpoint }];
    const cut = this.#cut();
    if (cut !== undefined) records.push(cut);
    ordering.journal.append(records, emit, () => {});
    this.#keep(emit);
    return undefined;
  }

  /** More is committed, and the log is full: what could not be cut before may be cut now, and nothing else comes to try. */
  cutWhereFull(emit: Emit): void {
    const { ordering } = this.#parts;
    const cut = ordering.isFull ? this.#cut() : undefined;
    if (cut === undefined) return;
    ordering.journal.append([cut], emit, () => {});
    this.#keep(emit);
  }

  /** The log starts anew behind a fetched snapshot that is on the disk. */
  takeIn(now: InstantMs, { snapshot, intervals, checkpoint }: Arrived, emit: Emit): void {
    this.#replaceBy({ snapshot, intervals });
    this.shelf.markSaved(checkpoint);
    this.#parts.ordering.restart(now, checkpoint, emit);
    this.#keep(emit);
  }

  /** Fetches a snapshot that two others agree on, or goes on with it; returns it once it is all there. */
  fetch(now: InstantMs, agreed: CheckpointDigests, emit: Emit): Fetched | undefined {
    const { config, book } = this.#parts;
    if (this.#fetch !== undefined && this.isInVain) {
      // Another one may be kept by two: it is chosen from now on.
      book.forgetAt(this.#fetch.digests.n);
      this.stopFetching();
      return undefined;
    }
    const underWay = this.#fetch?.digests;
    const isUnderWay = underWay !== undefined && (isSameCheckpoint(underWay, agreed) || this.#isFresh(underWay));
    if (!isUnderWay) this.#holders = [];
    const fetch = isUnderWay && this.#fetch !== undefined ? this.#fetch : new SnapshotFetch(config, agreed);
    this.#fetch = fetch;
    const holders = book.holdersOf(fetch.digests);
    if (holders.length > 0) this.#holders = holders;
    fetch.poll(now, this.#holders, emit);
    if (fetch.result !== undefined) this.stopFetching();
    return fetch.result;
  }

  /** Ends a fetch that nobody waits for any more. */
  stopFetching(): void {
    this.#fetch = undefined;
  }

  /** Takes in one part. */
  onPart(message: MessageOf<"snapshot">): void {
    this.#fetch?.onPart(message);
  }

  /** Has a fetched snapshot saved, before the log starts anew behind it. */
  saveArriving(now: InstantMs, fetched: Fetched, emit: Emit): void {
    this.#arriving = fetched;
    this.#saveAgainAt = now + this.#parts.config.limits.saveRetryMs;
    this.#save(fetched.snapshot, fetched.intervals, emit);
  }

  /** Has it saved again when nothing came of that: there was no room, or a newer snapshot took its turn. */
  pollArriving(now: InstantMs, emit: Emit): void {
    if (this.#arriving !== undefined && now >= this.#saveAgainAt) this.saveArriving(now, this.#arriving, emit);
  }

  /** True while a fetched snapshot is on its way to the disk. */
  get isArriving(): boolean {
    return this.#arriving !== undefined;
  }

  /** A fetched snapshot takes the place of the own ones, whose log reaches as far. */
  install(fetched: Fetched, emit: Emit): void {
    this.#replaceBy(fetched);
    this.#save(fetched.snapshot, fetched.intervals, emit);
  }

  /** Gives one part of an own snapshot to a peer. */
  give(message: MessageOf<"fetchSnapshot">, emit: Emit): void {
    const { config, table } = this.#parts;
    const snapshot = this.shelf.find(message);
    if (snapshot === undefined) return;
    const intervals = table.intervalsAt(snapshot.digests.n, snapshot.time);
    const part = snapshotPart(snapshot, intervals, message.part, config.limits);
    if (part !== undefined) emit({ kind: "send", to: message.replyTo, message: part });
  }

  /** Says which snapshots are kept here. */
  announce(to: Address | "managers", emit: Emit): void {
    // Not those that a replica made which was found wrong since; the end of its process alone takes nothing back.
    const { durable } = this.#parts.ordering;
    for (const { digests } of this.shelf.trusted) if (digests.n <= durable) this.#announceOne(to, digests, emit);
  }

  #announceOne(to: Address | "managers", digests: CheckpointDigests, emit: Emit): void {
    const { slot, incarnation } = this.#parts.config;
    const storedIn = this.#parts.ordering.storedIn(digests.n);
    emit({ kind: "send", to, message: { kind: "checkpoint", slot, incarnation, ...digests, storedIn } });
  }

  /** What is behind `n` never was. */
  rollback(n: Sequence): void {
    this.shelf.rollback(n);
    this.#untold = this.#untold.filter((digests) => digests.n <= n);
    this.#parts.book.rollback(n);
  }

  /** State and client table are those of the fetched snapshot from here on. */
  #replaceBy({ snapshot, intervals }: Fetched): void {
    const { config, book, table } = this.#parts;
    const { digests, time } = snapshot;
    const isRestored = table.restore(intervals, digests.tableDigest, digests.n, time, true);
    assert(isRestored, "what was fetched has been verified");
    this.shelf.replaceBy(snapshot);
    book.note(config.slot, digests);
  }

  /** True when nobody seems to keep any more what is being fetched. */
  get isInVain(): boolean {
    return (this.#fetch?.turnsInVain ?? 0) > 2 * this.#holders.length;
  }

  /** Still worth waiting for: it is not older than what the log needs. */
  #isFresh({ n }: CheckpointDigests): boolean {
    const { ordering } = this.#parts;
    return n >= (ordering.snapshotWanted?.min ?? ordering.log.base);
  }

  #save(snapshot: Snapshot, intervals: readonly TableInterval[], emit: Emit): void {
    const fresh = intervals.filter(({ digest }) => !this.#savedIntervals.has(digest));
    emit({ kind: "save", snapshot, intervals: fresh });
  }

  #noteIntervals(intervals: readonly TableInterval[]): void {
    for (const { digest } of intervals) this.#savedIntervals.add(digest);
  }

  #cut(): LogRecord | undefined {
    const { ordering, config } = this.#parts;
    this.shelf.prune(ordering.log.last - config.limits.logEntriesMax, ordering.commitPoint);
    const oldest = this.shelf.oldestSaved;
    if (oldest === undefined || oldest.digests.n > ordering.commitPoint) return undefined;
    const { log } = ordering;
    const isLong = log.last - log.base > config.limits.logEntriesMax;
    return isLong || this.shelf.isAgreed(oldest.digests) ? ordering.cut(oldest.digests.n) : undefined;
  }

  /** Everything that no kept snapshot needs may go from the disk. */
  #keep(emit: Emit): void {
    const { table, ordering } = this.#parts;
    const [oldest] = this.shelf.all;
    if (oldest !== undefined) table.release(oldest.time);
    const needed = new Set<string>();
    for (const { digest } of table.intervalsUpTo(this.shelf.newest?.digests.n ?? 0)) needed.add(digest);
    for (const { digest } of this.#arriving?.intervals ?? []) needed.add(digest);
    const snapshots = [...this.shelf.all, ...(this.#arriving === undefined ? [] : [this.#arriving.snapshot])];
    const checkpoints = snapshots.map(({ digests, time }) => ({ ...digests, time }));
    emit({ kind: "keep", cut: ordering.log.base, checkpoints, intervals: [...needed] });
    this.#savedIntervals = new Set([...this.#savedIntervals].filter((digest) => needed.has(digest)));
  }
}
