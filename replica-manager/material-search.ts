import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { InstantMs } from "../protocol/ids.ts";
import type { CheckpointBook } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, Snapshot } from "./effect.ts";
import type { Ordering } from "./ordering.ts";
import type { SnapshotKeeper } from "./snapshot-keeper.ts";

/** What a replica starts from: a snapshot, or nothing at number 0. */
export type Material = Snapshot | "empty";

/** What a search works with. */
export interface MaterialSearchParts {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly book: CheckpointBook;
  readonly keeper: SnapshotKeeper;
  /** Has all managers take a checkpoint at a number still to come. */
  readonly askForCheckpoint: () => void;
}

/** Rounds of questions to the others before an own snapshot will do that nobody contradicts: it is proven all the same. */
const asksBeforeOwn = 2;

/**
 * Finds what a replica starts from: an own snapshot while that is trusted, else one that two others agree on. And finds
 * a newer state where the log no longer leads on.
 */
export class MaterialSearch {
  /** The own snapshots will do, and nothing has to be proven: the replica was right by all that is known. */
  isTrusted = true;
  readonly #parts: MaterialSearchParts;
  #found: Material | undefined;
  #retryAt: InstantMs = 0;
  /** Checkpoints asked for since the search began. */
  #asks = 0;

  constructor(parts: MaterialSearchParts) {
    this.#parts = parts;
  }

  /** What was found, and may still be looked at again. */
  get found(): Material | undefined {
    return this.#found;
  }

  /** When the others are asked again. */
  get retryAt(): InstantMs {
    return this.#retryAt;
  }

  /** A new replica is to start. */
  begin(now: InstantMs): void {
    this.#asks = 0;
    this.#retryAt = now;
  }

  /** What was found is of no use any more, or is another. */
  set(material: Material | undefined): void {
    this.#found = material;
  }

  /** Looks for what to start from; `found` has it once it is there. */
  poll(now: InstantMs, emit: Emit): void {
    if (this.#isCutOff) this.#found = undefined;
    // Looked at until it is taken: what the others say of that point comes while the process starts.
    if (this.isTrusted) this.#found = this.#ownMaterial;
    if (this.#found !== undefined) return;
    this.isTrusted = false;
    this.#seekAmongOthers(now, emit);
  }

  /** Fetches a state that the log can start anew behind, where the others no longer keep what it lacks. */
  catchUp(now: InstantMs, emit: Emit): void {
    const { book, ordering, keeper } = this.#parts;
    if (keeper.isArriving) return keeper.pollArriving(now, emit);
    const wanted = ordering.snapshotWanted;
    const agreed = wanted === undefined ? undefined : book.newestCommitted(wanted.min, wanted.epoch);
    if (agreed === undefined || ordering.settle(now, agreed, emit)) keeper.stopFetching();
    else {
      const fetched = keeper.fetch(now, agreed, emit);
      if (fetched !== undefined) keeper.saveArriving(now, fetched, emit);
    }
    if (now >= this.#retryAt) this.#askAround(now, agreed === undefined, emit);
  }

  /** Has all managers take a checkpoint, and waits longer before the next time. */
  askForCheckpoint(now: InstantMs): void {
    this.#waitLonger(now);
    this.#parts.askForCheckpoint();
  }

  get #isCutOff(): boolean {
    const { base } = this.#parts.ordering.log;
    if (this.#found === undefined) return false;
    return this.#found === "empty" ? base > 0 : this.#found.digests.n < base;
  }

  get #ownMaterial(): Material | undefined {
    const { ordering, keeper, book } = this.#parts;
    const { log } = ordering;
    const own = keeper.shelf.newestTrusted(log.base, log.last);
    if (own === undefined) return log.base === 0 ? "empty" : undefined;
    const agreed = book.othersAt(own.digests.n);
    return agreed === undefined || isSameCheckpoint(agreed, own.digests) ? own : undefined;
  }

  #seekAmongOthers(now: InstantMs, emit: Emit): void {
    const { book, keeper, ordering } = this.#parts;
    const { log, commitPoint } = ordering;
    // What somebody said before it was rolled back is of another history.
    const isOfLog = ({ n, historyDigest }: CheckpointDigests) => log.digestAt(n) === historyDigest;
    const agreed = book.newestOfOthers(log.base, Math.min(commitPoint, log.last), isOfLog);
    if (agreed === undefined) keeper.stopFetching();
    else {
      this.#found = keeper.shelf.find(agreed);
      if (this.#found === undefined) this.#fetch(now, agreed, emit);
    }
    // What two others had at some time is right for good, even when they keep it no longer.
    const isGone = agreed === undefined || keeper.isInVain;
    if (isGone) this.#found ??= keeper.shelf.newestAgreed(log.base, log.last);
    if (isGone && log.base === 0) this.#found ??= "empty";
    // Others may lack what only this log leads on from: somebody has to be level before two are, and anybody is proven.
    if (isGone && (this.#asks > asksBeforeOwn || ordering.isFull)) this.#found ??= this.#ownMaterial;
    if (this.#found !== undefined) return;
    if (ordering.isFull && isGone) ordering.leave();
    if (now >= this.#retryAt) this.#askAround(now, agreed === undefined, emit);
  }

  #fetch(now: InstantMs, agreed: Parameters<SnapshotKeeper["fetch"]>[1], emit: Emit): void {
    const { ordering, keeper } = this.#parts;
    const fetched = keeper.fetch(now, agreed, emit);
    if (fetched === undefined) return;
    const { n } = fetched.snapshot.digests;
    if (n < ordering.log.base || n > ordering.log.last) return;
    keeper.install(fetched, emit);
    this.#found = fetched.snapshot;
  }

  /** The others say which snapshots they keep; where two agree on none, all take a new one. */
  #askAround(now: InstantMs, isNewNeeded: boolean, emit: Emit): void {
    const { slot, address } = this.#parts.config;
    emit({ kind: "send", to: "managers", message: { kind: "askCheckpoints", slot, replyTo: address } });
    if (isNewNeeded && this.#asks > 0) this.askForCheckpoint(now);
    else this.#waitLonger(now);
  }

  #waitLonger(now: InstantMs): void {
    const { recoveryRetryMs, recoveryRetriesMax } = this.#parts.config.limits;
    this.#retryAt = now + recoveryRetryMs * 2 ** Math.min(this.#asks++, recoveryRetriesMax);
  }
}
