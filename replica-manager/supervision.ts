import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { InstantMs, Sequence } from "../protocol/ids.ts";
import type { ManagerState, Progress, Replacement } from "../protocol/message.ts";
import type { CheckpointBook } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import { Dissent } from "./dissent.ts";
import type { Emit } from "./effect.ts";
import type { Execution } from "./execution.ts";
import { type Material, MaterialSearch } from "./material-search.ts";
import type { Ordering } from "./ordering.ts";
import { ReplacementRecord } from "./replacement-record.ts";
import type { Arrived, SnapshotKeeper } from "./snapshot-keeper.ts";
import { type ReplicaEnding, VersionChoice } from "./version-choice.ts";

/**
 * How far a replica has come: its process is away, a state for it is being sought, it takes that over, replays what came
 * after, proves that its digests equal those of two others, votes.
 */
type Phase = "away" | "seeking" | "importing" | "replaying" | "proving" | "voting";

/** Why a replica ends: by itself or by a sentence, the order that it executed, or its log being too short. */
type Ending = ReplicaEnding | "rolledBack" | "overtaken";

/** What supervision works with. */
export interface SupervisionParts {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly execution: Execution;
  readonly book: CheckpointBook;
  readonly keeper: SnapshotKeeper;
  /** Has all managers take a checkpoint at a number still to come. */
  readonly askForCheckpoint: () => void;
  /** The replica of the moment is gone, with everything that it owed. */
  readonly onGone: () => void;
}

/** Keeps one replica running: starts it, restores it, lets it vote when it is proven, and replaces it. */
export class Supervision {
  readonly #parts: SupervisionParts;
  readonly #config: ManagerConfig;
  readonly #ordering: Ordering;
  readonly #execution: Execution;
  readonly #keeper: SnapshotKeeper;
  readonly #search: MaterialSearch;
  readonly #choice: VersionChoice;
  readonly #record = new ReplacementRecord();
  readonly #dissent: Dissent;
  #generation = 0;
  #starts = 0;
  #pid: number | null = null;
  #phase: Phase = "away";
  #startAt: InstantMs = 0;
  #isStarted = false;
  #isCondemned = false;
  #replayFrom: Sequence = 0;
  #replayTo: Sequence = 0;
  #provenFrom: Sequence = 0;
  /** The newest checkpoint at which two others had the same as this replica. */
  #agreedAt: Sequence = 0;
  /** The last checkpoint at which two stood against two. */
  #tiedAt: Sequence = 0;
  #progressAt: InstantMs = 0;
  #now: InstantMs = 0;

  constructor(parts: SupervisionParts) {
    const { config } = parts;
    this.#parts = parts;
    this.#config = config;
    this.#ordering = parts.ordering;
    this.#execution = parts.execution;
    this.#keeper = parts.keeper;
    this.#search = new MaterialSearch(parts);
    this.#dissent = new Dissent(parts.book, config.slot, config.limits);
    this.#choice = new VersionChoice(config.versions, config.limits);
  }

  get generation(): number {
    return this.#generation;
  }

  get version(): string {
    return this.#choice.current;
  }

  get pid(): number | null {
    return this.#pid;
  }

  get replacements(): number {
    return this.#record.count;
  }

  get lastReplacement(): Replacement | null {
    return this.#record.last;
  }

  /** True when what this replica answers may be told. */
  get isVoting(): boolean {
    return this.#phase === "voting" && !this.#ordering.isEquivocated;
  }

  /** True while there is no process, and none that should say anything. */
  get isAway(): boolean {
    return this.#phase === "away";
  }

  /** How this manager stands. */
  get state(): ManagerState {
    if (this.#ordering.isEquivocated) return "stopped";
    if (this.#phase !== "voting" && this.#isCondemned) return "replacing";
    const hasVoted = this.#starts > 1 || this.#ordering.log.last > 0;
    if (this.#ordering.terms.isOutside || (this.#phase !== "voting" && hasVoted)) return "recovering";
    if (this.#phase !== "voting" || this.#ordering.terms.epoch === null) return "starting";
    const isBehind = this.#execution.executed + this.#config.limits.windowEntriesMax < this.#ordering.highest;
    // Who waits for a replica that says nothing still owes its replies: else no one would ever charge it.
    return isBehind && !this.#isStanding ? "recovering" : "voting";
  }

  /** True while the replica owes an answer and says nothing. */
  get #isStanding(): boolean {
    return this.#execution.isWaiting && this.#now - this.#progressAt >= this.#config.limits.probeMs;
  }

  /** How far a recovery has come, while there is one. */
  get progress(): Progress | null {
    const fetching = this.#keeper.fetching;
    if (fetching !== undefined) return { what: "fetching", done: fetching.done, total: Math.max(1, fetching.total) };
    if (this.#phase === "importing") return { what: "importing", done: 0, total: 1 };
    if (this.#phase !== "replaying") return null;
    const total = Math.max(1, this.#replayTo - this.#replayFrom);
    return { what: "replaying", done: Math.min(total, this.#execution.executed - this.#replayFrom), total };
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return Math.min(
      this.#dissent.deadline,
      this.#needsSnapshot ? this.#keeper.deadline : Number.POSITIVE_INFINITY,
      this.#phaseDeadline,
      this.#wantsSnapshot && !this.#keeper.isArriving ? this.#search.retryAt : Number.POSITIVE_INFINITY,
    );
  }

  /** Ends the replica because it was found wrong, or silent, or the operator says so, and goes on with the next version. */
  condemn(now: InstantMs, ending: "wrong" | "unwanted", cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.version} is condemned: ${cause}` });
    this.#end(now, cause, ending, emit);
  }

  /** Restores the same version, because its process ended, or what it holds cannot be brought up to date. */
  restore(now: InstantMs, cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.version} is restored: ${cause}` });
    this.#end(now, cause, "lost", emit);
  }

  /** What it executed behind `n` is no longer part of the order. */
  onRolledBack(now: InstantMs, n: Sequence, emit: Emit): void {
    this.#keeper.rollback(n);
    if (this.#phase === "away" || this.#phase === "seeking") this.#search.set(undefined);
    else if (this.#execution.handed > n) this.#end(now, `the order went on behind ${n}`, "rolledBack", emit);
  }

  /** Counts starts on from a time in milliseconds: those of an earlier process of this manager were lower. */
  countFrom(now: InstantMs): void {
    this.#generation = now;
  }

  /** Takes note that the process runs. */
  onStarted(now: InstantMs, generation: number, pid: number): void {
    if (generation !== this.#generation) return;
    this.#pid = pid;
    this.#isStarted = true;
    this.#progressAt = now;
  }

  /** Takes note that the replica said something. */
  onProgress(now: InstantMs): void {
    this.#progressAt = now;
  }

  /** The replica took its state over and replays what came since. */
  onImported(): void {
    if (this.#phase !== "importing") return;
    this.#phase = "replaying";
    this.#replayFrom = this.#execution.executed;
    this.#replayTo = this.#ordering.highest;
  }

  /** A fetched snapshot is on the disk: the log starts anew behind it, and so does the replica. */
  onArrived(now: InstantMs, arrived: Arrived, emit: Emit): void {
    emit({
      kind: "note",
      level: "info",
      text: `takes over the state at ${arrived.checkpoint.n}: its log was too short`,
    });
    this.#end(now, "the order went on without this manager", "overtaken", emit);
    this.#keeper.takeIn(now, arrived, emit);
    this.#search.set(arrived.snapshot);
  }

  /** Compares the digests at one checkpoint with what two other managers agree on. */
  onCheckpoint(now: InstantMs, n: Sequence, emit: Emit): void {
    const own = this.#parts.book.ownAt(n);
    const agreed = this.#parts.book.othersAt(n);
    if (own === undefined || agreed === undefined) return;
    if (isSameCheckpoint(own, agreed)) this.#keeper.shelf.markAgreed(own);
    if (n < this.#provenFrom || n < this.#agreedAt) return;
    // Whoever executed another history has a log to mend, not a replica.
    if (own.historyDigest !== agreed.historyDigest) return;
    if (this.#phase === "away" || this.#phase === "seeking") return;
    if (isSameCheckpoint(own, agreed)) {
      this.#agreedAt = n;
      this.#dissent.agree(n);
      if (this.#phase === "proving") this.#vote(now, emit);
    } else if (own.stateDigest !== agreed.stateDigest) {
      this.#weigh(now, own, emit);
    } else {
      this.restore(now, "client table differs at a checkpoint", emit);
    }
  }

  #weigh(now: InstantMs, own: CheckpointDigests, emit: Emit): void {
    const standing = this.#dissent.weigh(now, own);
    if (standing === "wrong") return this.condemn(now, "wrong", "state digest differs at a checkpoint", emit);
    if (standing === "open" || own.n === this.#tiedAt) return;
    this.#tiedAt = own.n;
    const text = `two against two at checkpoint ${own.n}: nobody can tell which state is right, and none is replaced`;
    emit({ kind: "note", level: "error", text });
  }

  /** A step of the manager begins: who owes nothing is not silent, and nobody is who was not listened to. */
  begin(now: InstantMs): void {
    const wasAway = now - this.#now >= this.#config.limits.probeMs;
    if (wasAway || (this.#phase === "voting" && !this.#execution.isWaiting)) this.#progressAt = now;
    this.#now = now;
  }

  /** Takes the next step, where one is due; called in every step of the manager. */
  poll(now: InstantMs, emit: Emit): void {
    if (this.#phase === "away" && now >= this.#startAt) this.#start(now, emit);
    if (now >= this.#dissent.deadline) this.onCheckpoint(now, this.#dissent.expire(), emit);
    if (!this.#needsSnapshot) this.#keeper.stopFetching();
    if (this.#wantsSnapshot) this.#catchUp(now, emit);
    else if (this.#phase === "seeking") this.#seek(now, emit);
    if (this.#phase === "replaying") this.#replay(now, emit);
    if (this.#phase === "proving" && now >= this.#search.retryAt) this.#search.askForCheckpoint(now);
    if (this.#phase !== "voting" && this.#phase !== "away" && now >= this.#stallsAt) this.#giveUpStalled(now, emit);
    if (this.#phase === "voting" && this.#isStanding) this.#endStanding(now, emit);
  }

  get #phaseDeadline(): InstantMs {
    if (this.#phase === "voting") return Number.POSITIVE_INFINITY;
    if (this.#phase === "away") return this.#startAt;
    if (this.#phase === "replaying" || this.#phase === "importing") return this.#stallsAt;
    const isSeeking = this.#search.found === undefined && !this.#wantsSnapshot;
    const retryAt = isSeeking ? this.#search.retryAt : Number.POSITIVE_INFINITY;
    return Math.min(retryAt, this.#isStarted ? Number.POSITIVE_INFINITY : this.#stallsAt);
  }

  /** True while a snapshot of others may be of use: one that is fetched for nobody is given up. */
  get #needsSnapshot(): boolean {
    return this.#wantsSnapshot || this.#phase === "seeking";
  }

  get #wantsSnapshot(): boolean {
    return this.#ordering.snapshotWanted !== undefined;
  }

  #end(now: InstantMs, cause: string, ending: Ending, emit: Emit): void {
    const { book, onGone } = this.#parts;
    emit({ kind: "endReplica", generation: this.#generation });
    this.#dissent.forget();
    this.#agreedAt = 0;
    this.#execution.close();
    onGone();
    this.#keeper.stopFetching();
    const isCondemned = ending === "wrong" || ending === "unwanted";
    if (isCondemned || ending === "lost") {
      if (isCondemned) this.#keeper.distrust();
      book.forgetOwn();
      this.#chooseNext(now, cause, ending);
    }
    this.#search.isTrusted &&= ending === "rolledBack";
    this.#isCondemned ||= isCondemned;
    this.#phase = "away";
    this.#isStarted = false;
    this.#pid = null;
    this.#search.set(undefined);
    this.#startAt = now + this.#choice.delayMs;
  }

  #chooseNext(now: InstantMs, cause: string, ending: ReplicaEnding): void {
    const from = this.version;
    const wasVoting = this.#phase === "voting";
    this.#choice.onEnd(wasVoting, ending);
    if (wasVoting) this.#record.begin(now, cause, from, this.version);
    else this.#record.goOn(this.version);
  }

  #start(now: InstantMs, emit: Emit): void {
    this.#generation++;
    this.#starts++;
    this.#phase = "seeking";
    this.#search.begin(now);
    this.#progressAt = now;
    emit({ kind: "startReplica", generation: this.#generation, version: this.version });
  }

  /** The others no longer keep what the log lacks: a newer state is fetched, while the replica goes on as it is. */
  #catchUp(now: InstantMs, emit: Emit): void {
    this.#progressAt = now;
    this.#search.catchUp(now, emit);
  }

  #seek(now: InstantMs, emit: Emit): void {
    this.#search.poll(now, emit);
    if (this.#search.found !== undefined && this.#isStarted) this.#import(now, this.#search.found);
  }

  #import(now: InstantMs, material: Material): void {
    this.#keeper.stopFetching();
    this.#phase = "importing";
    this.#progressAt = now;
    this.#search.set(undefined);
    // The client table goes back there as well: what was kept behind it is made again on the way.
    this.#keeper.shelf.rollback(material === "empty" ? 0 : material.digests.n);
    if (material === "empty") {
      this.#execution.openEmpty();
      this.onImported();
    } else {
      this.#execution.openWith(material);
    }
  }

  #replay(now: InstantMs, emit: Emit): void {
    // Numbers that were only heard of may have died with their epoch.
    this.#replayTo = Math.min(this.#replayTo, this.#ordering.highest);
    if (this.#execution.executed < this.#replayTo) return;
    if (this.#search.isTrusted) {
      this.#vote(now, emit);
      return;
    }
    this.#phase = "proving";
    this.#provenFrom = this.#replayTo + 1;
    this.#search.askForCheckpoint(now);
  }

  #vote(now: InstantMs, emit: Emit): void {
    this.#phase = "voting";
    this.#choice.onVoting();
    this.#isCondemned = false;
    this.#search.isTrusted = true;
    if (!this.#record.end(now, this.version)) return;
    emit({ kind: "note", level: "info", text: `replica ${this.version} votes again, its digests proven equal` });
  }

  get #stallsAt(): InstantMs {
    return this.#progressAt + this.#config.limits.rebuildStallMs;
  }

  /** Others condemn a replica that says nothing; where they cannot, because nothing is ordered, its manager does. */
  #endStanding(now: InstantMs, emit: Emit): void {
    if (this.#ordering.isFull) this.restore(now, "its log is full, and it does not get on", emit);
    else if (now >= this.#stallsAt) this.restore(now, "it says nothing, and nobody else said so", emit);
  }

  #giveUpStalled(now: InstantMs, emit: Emit): void {
    const isItsTurn = !this.#isStarted || this.#execution.isWaiting;
    if (isItsTurn) this.restore(now, "it did not come up in time", emit);
    else this.#progressAt = now;
  }
}
