import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { SavedCheckpoint } from "../protocol/log-record.ts";
import type { Snapshot } from "./effect.ts";

interface Kept {
  readonly snapshot: Snapshot;
  isSaved: boolean;
  /** Two others had the same at some time: it is right, whatever becomes of the replica. */
  isAgreed: boolean;
  /** False once the replica that it was taken from was found wrong. */
  isTrusted: boolean;
}

/** The snapshots that a manager keeps, oldest first: one that no rollback goes behind, and the newest ones. */
export class SnapshotShelf {
  readonly #limits: Limits;
  #kept: Kept[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get all(): readonly Snapshot[] {
    return this.#kept.map(({ snapshot }) => snapshot);
  }

  /** Those of a replica that nobody found wrong, and those that others had as well. */
  get trusted(): readonly Snapshot[] {
    return this.#kept.filter(({ isTrusted }) => isTrusted).map(({ snapshot }) => snapshot);
  }

  get newest(): Snapshot | undefined {
    return this.#kept.at(-1)?.snapshot;
  }

  /** The oldest one, once it is on the disk. */
  get oldestSaved(): Snapshot | undefined {
    const [oldest] = this.#kept;
    return oldest?.isSaved === true ? oldest.snapshot : undefined;
  }

  /** True when two others had exactly this one. */
  isAgreed(digests: CheckpointDigests): boolean {
    return this.#kept.some(({ snapshot, isAgreed }) => isAgreed && isSameCheckpoint(snapshot.digests, digests));
  }

  /** Takes over those found on the disk. */
  recover(snapshots: readonly Snapshot[]): void {
    this.#kept = snapshots.map((snapshot) => ({ snapshot, isSaved: true, isAgreed: false, isTrusted: true }));
  }

  /**
   * Adds a newer one. When there are too many the oldest goes, once the next one is on the disk, no rollback goes behind
   * it, and two others had it as well: with one disk lost, two can still give it to the rest. Else the next one goes.
   */
  add(snapshot: Snapshot, commitPoint: Sequence): void {
    this.#kept = this.#kept.filter(({ snapshot: { digests } }) => digests.n < snapshot.digests.n);
    this.#kept.push({ snapshot, isSaved: false, isAgreed: false, isTrusted: true });
    if (this.#kept.length <= this.#limits.snapshotsMax) return;
    const next = this.#kept[1] as Kept;
    const isEnough = next.snapshot.digests.n <= commitPoint && next.isSaved && next.isAgreed;
    this.#kept.splice(isEnough ? 0 : 1, 1);
  }

  /** Lets go of those before `nMin`, as long as a newer one stays that is on the disk and no rollback goes behind. */
  prune(nMin: Sequence, commitPoint: Sequence): void {
    for (let next = this.#kept[1]; next !== undefined; next = this.#kept[1]) {
      const isFree = next.isSaved && next.snapshot.digests.n <= commitPoint;
      if (!isFree || (this.#kept[0] as Kept).snapshot.digests.n >= nMin) return;
      this.#kept.shift();
    }
  }

  /** This one, which two others have, takes the place of all: they were taken from another past, or of a replica that was wrong. */
  replaceBy(snapshot: Snapshot): void {
    this.#kept = [{ snapshot, isSaved: false, isAgreed: true, isTrusted: true }];
  }

  /** Takes note that one is on the disk; false when it is none of these any more. */
  markSaved(checkpoint: SavedCheckpoint): boolean {
    const kept = this.#kept.find(({ snapshot }) => isSameCheckpoint(snapshot.digests, checkpoint));
    if (kept === undefined) return false;
    kept.isSaved = true;
    return true;
  }

  /** Two others have exactly this one. */
  markAgreed(digests: CheckpointDigests): void {
    const kept = this.#kept.find(({ snapshot }) => isSameCheckpoint(snapshot.digests, digests));
    if (kept !== undefined) kept.isAgreed = true;
  }

  /** The newest one from `nMin` to `nMax` that two others had as well. */
  newestAgreed(nMin: Sequence, nMax: Sequence): Snapshot | undefined {
    return this.#newest(nMin, nMax, ({ isAgreed }) => isAgreed);
  }

  /** The one with exactly these digests. */
  find(digests: CheckpointDigests): Snapshot | undefined {
    return this.#kept.find(({ snapshot }) => isSameCheckpoint(snapshot.digests, digests))?.snapshot;
  }

  /** The newest one from `nMin` to `nMax` of a replica that nobody found wrong. */
  newestTrusted(nMin: Sequence, nMax: Sequence): Snapshot | undefined {
    return this.#newest(nMin, nMax, ({ isTrusted }) => isTrusted);
  }

  /** Drops those behind `n`. */
  rollback(n: Sequence): void {
    this.#kept = this.#kept.filter(({ snapshot }) => snapshot.digests.n <= n);
  }

  /** The replica that they were taken from was found wrong: those count that others had as well. */
  distrust(): void {
    for (const kept of this.#kept) kept.isTrusted &&= kept.isAgreed;
  }

  #newest(nMin: Sequence, nMax: Sequence, isOfUse: (kept: Kept) => boolean): Snapshot | undefined {
    const kept = this.#kept.findLast((one) => {
      const { n } = one.snapshot.digests;
      return n >= nMin && n <= nMax && isOfUse(one);
    });
    return kept?.snapshot;
  }
}
