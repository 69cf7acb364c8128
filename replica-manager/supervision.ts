import { assert } from "../protocol/assert.ts";
import { isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { InstantMs, Sequence } from "../protocol/ids.ts";
import type { ManagerState, Progress, Replacement } from "../protocol/message.ts";
import type { CheckpointBook } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, Snapshot } from "./effect.ts";
import type { Execution } from "./execution.ts";
import type { Ordering } from "./ordering.ts";
import type { Arrived, SnapshotKeeper } from "./snapshot-keeper.ts";

/**
 * How far a replica has come: its process is away, a state for it is being sought, it takes that over, replays what came
 * after, proves that its digests equal those of two others, votes.
 */
type Phase = "away" | "seeking" | "importing" | "replaying" | "proving" | "voting";

/** Why a replica ends: its answers, its process, the order that it executed, or its log being too short. */
type Ending = "condemned" | "lost" | "rolledBack" | "overtaken";

/** What a replica starts from: a snapshot, or nothing at number 0. */
type Material = Snapshot | "empty";

/** Characters of a cause that are told: a replica may have written any part of it, and a longer one is no message. */
const causeCharsMax = 256;

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
  #generation = 0;
  #starts = 0;
  #version: string;
  #pid: number | null = null;
  #phase: Phase = "away";
  #startAt: InstantMs = 0;
  #isStarted = false;
  #startsInVain = 0;
  /** The own snapshots will do, and nothing has to be proven: the replica was right by all that is known. */
  #isTrusted = true;
  #isCondemned = false;
  #material: Material | undefined;
  #retryAt: InstantMs = 0;
  /** Checkpoints asked for since the start of this replica. */
  #asks = 0;
  #replayFrom: Sequence = 0;
  #replayTo: Sequence = 0;
  #provenFrom: Sequence = 0;
  #progressAt: InstantMs = 0;
  #now: InstantMs = 0;
  #replacements = 0;
  #replacement: Replacement | null = null;

  constructor(parts: SupervisionParts) {
    const { config } = parts;
    assert(config.versions.length > 0, "a manager knows a version to start");
    this.#parts = parts;
    this.#config = config;
    this.#ordering = parts.ordering;
    this.#execution = parts.execution;
    this.#keeper = parts.keeper;
    this.#version = config.versions[0] as string;
  }

  get generation(): number {
    return this.#generation;
  }

  get version(): string {
    return this.#version;
  }

  get pid(): number | null {
    return this.#pid;
  }

  get replacements(): number {
    return this.#replacements;
  }

  get lastReplacement(): Replacement | null {
    return this.#replacement;
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
      this.#keeper.deadline,
      this.#phaseDeadline,
      this.#wantsSnapshot && !this.#keeper.isArriving ? this.#retryAt : Number.POSITIVE_INFINITY,
    );
  }

  /** Ends the replica because it was found wrong or silent, and goes on with the next version. */
  condemn(now: InstantMs, cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.#version} is condemned: ${cause}` });
    this.#end(now, cause, "condemned", emit);
  }

  /** Restores the same version, because its process ended, or what it holds cannot be brought up to date. */
  restore(now: InstantMs, cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.#version} is restored: ${cause}` });
    this.#end(now, cause, "lost", emit);
  }

  /** What it executed behind `n` is no longer part of the order. */
  onRolledBack(now: InstantMs, n: Sequence, emit: Emit): void {
    this.#keeper.rollback(n);
    if (this.#phase === "away" || this.#phase === "seeking") this.#material = undefined;
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
    this.#material = arrived.snapshot;
  }

  /** Compares the digests at one checkpoint with what two other managers agree on. */
  onCheckpoint(now: InstantMs, n: Sequence, emit: Emit): void {
    const own = this.#parts.book.ownAt(n);
    const agreed = this.#parts.book.othersAt(n);
    if (own === undefined || agreed === undefined) return;
    if (isSameCheckpoint(own, agreed)) this.#keeper.shelf.markAgreed(own);
    if (n < this.#provenFrom) return;
    // Whoever executed another history has a log to mend, not a replica.
    if (own.historyDigest !== agreed.historyDigest) return;
    if (this.#phase === "away" || this.#phase === "seeking") return;
    if (isSameCheckpoint(own, agreed)) {
      if (this.#phase === "proving") this.#vote(now, emit);
    } else if (own.stateDigest !== agreed.stateDigest) {
      this.condemn(now, "state digest differs at a checkpoint", emit);
    } else {
      this.restore(now, "client table differs at a checkpoint", emit);
    }
  }

  /** Takes the next step, where one is due; called in every step of the manager. */
  poll(now: InstantMs, emit: Emit): void {
    this.#now = now;
    if (this.#phase === "away" && now >= this.#startAt) this.#start(now, emit);
    if (this.#wantsSnapshot) this.#catchUp(now, emit);
    else if (this.#phase === "seeking") this.#seek(now, emit);
    if (this.#phase === "replaying") this.#replay(now, emit);
    if (this.#phase === "proving" && now >= this.#retryAt) this.#ask(now);
    if (this.#phase !== "voting" && this.#phase !== "away" && now >= this.#stallsAt) this.#giveUpStalled(now, emit);
    if (this.#phase === "voting" && this.#isStanding) this.#endStanding(now, emit);
  }

  get #phaseDeadline(): InstantMs {
    if (this.#phase === "voting") return Number.POSITIVE_INFINITY;
    if (this.#phase === "away") return this.#startAt;
    if (this.#phase === "replaying" || this.#phase === "importing") return this.#stallsAt;
    const retryAt = this.#material === undefined && !this.#wantsSnapshot ? this.#retryAt : Number.POSITIVE_INFINITY;
    return Math.min(retryAt, this.#isStarted ? Number.POSITIVE_INFINITY : this.#stallsAt);
  }

  get #wantsSnapshot(): boolean {
    return this.#ordering.snapshotWanted !== undefined;
  }

  #end(now: InstantMs, cause: string, ending: Ending, emit: Emit): void {
    const from = this.#version;
    const { book, onGone } = this.#parts;
    emit({ kind: "endReplica", generation: this.#generation });
    this.#execution.close();
    onGone();
    this.#keeper.stopFetching();
    if (ending === "condemned" || ending === "lost") {
      if (ending === "condemned") this.#keeper.shelf.distrust();
      book.forgetOwn();
      this.#countVainStart(ending);
      this.#tell(now, cause, from);
    }
    this.#isTrusted = ending === "rolledBack" ? this.#isTrusted : false;
    this.#isCondemned ||= ending === "condemned";
    this.#phase = "away";
    this.#isStarted = false;
    this.#pid = null;
    this.#material = undefined;
    const [min, max] = this.#config.limits.restartBackoffMs;
    this.#startAt = now + (this.#startsInVain === 0 ? 0 : Math.min(max, min * 2 ** this.#startsInVain));
  }

  #tell(now: InstantMs, cause: string, from: string): void {
    const told = cause.replace(/[^ -~]/g, "?").slice(0, causeCharsMax);
    if (this.#phase === "voting") this.#replacement = { cause: told, from, to: this.#version, at: now, tookMs: null };
    else if (this.#replacement !== null) this.#replacement = { ...this.#replacement, to: this.#version };
  }

  #countVainStart(ending: Ending): void {
    this.#startsInVain = this.#phase === "voting" ? 0 : this.#startsInVain + 1;
    const isTooOften = this.#startsInVain > 0 && this.#startsInVain % this.#config.limits.startsInVainMax === 0;
    if (ending !== "condemned" && !isTooOften) return;
    const { versions } = this.#config;
    this.#version = versions[(versions.indexOf(this.#version) + 1) % versions.length] as string;
  }

  #start(now: InstantMs, emit: Emit): void {
    this.#generation++;
    this.#starts++;
    this.#phase = "seeking";
    this.#asks = 0;
    this.#retryAt = now;
    this.#progressAt = now;
    emit({ kind: "startReplica", generation: this.#generation, version: this.#version });
  }

  /** The others no longer keep what the log lacks: a newer state is fetched, while the replica goes on as it is. */
  #catchUp(now: InstantMs, emit: Emit): void {
    this.#progressAt = now;
    if (this.#keeper.isArriving) return this.#keeper.pollArriving(now, emit);
    const wanted = this.#ordering.snapshotWanted;
    const agreed = wanted === undefined ? undefined : this.#parts.book.newestOfOthers(wanted.min, wanted.max);
    if (agreed !== undefined && this.#ordering.settle(now, agreed, emit)) return this.#keeper.stopFetching();
    if (agreed !== undefined) {
      const fetched = this.#keeper.fetch(now, agreed, emit);
      if (fetched !== undefined) this.#keeper.saveArriving(now, fetched, emit);
    }
    if (now >= this.#retryAt) this.#askAround(now, agreed === undefined, emit);
  }

  /** Finds what to start from: an own snapshot while it is trusted, else a checkpoint that two others agree on. */
  #seek(now: InstantMs, emit: Emit): void {
    const { log, commitPoint } = this.#ordering;
    const material = this.#material;
    const isCut = material === "empty" ? log.base > 0 : material !== undefined && material.digests.n < log.base;
    if (isCut) this.#material = undefined;
    // Looked at until it is taken: what the others say of that point comes while the process starts.
    if (this.#isTrusted) this.#material = this.#ownMaterial;
    if (this.#material === undefined) this.#isTrusted = false;
    if (this.#material === undefined) {
      const agreed = this.#parts.book.newestOfOthers(log.base, Math.min(commitPoint, log.last));
      if (agreed !== undefined) {
        this.#material = this.#keeper.shelf.find(agreed);
        if (this.#material === undefined) this.#fetch(now, agreed, emit);
      }
      // What two others had at some time is right for good, even when they keep it no longer.
      const isGone = agreed === undefined || this.#keeper.isInVain;
      if (isGone) this.#material ??= this.#keeper.shelf.newestAgreed(log.base, log.last);
      if (isGone && log.base === 0) this.#material ??= "empty";
      if (this.#material === undefined && this.#ordering.isFull && isGone) this.#ordering.leave();
      if (this.#material === undefined && now >= this.#retryAt) this.#askAround(now, agreed === undefined, emit);
    }
    if (this.#material !== undefined && this.#isStarted) this.#import(now, this.#material);
  }

  get #ownMaterial(): Material | undefined {
    const { log } = this.#ordering;
    const own = this.#keeper.shelf.newestTrusted(log.base, log.last);
    if (own === undefined) return log.base === 0 ? "empty" : undefined;
    const agreed = this.#parts.book.othersAt(own.digests.n);
    return agreed === undefined || isSameCheckpoint(agreed, own.digests) ? own : undefined;
  }

  #fetch(now: InstantMs, agreed: Parameters<SnapshotKeeper["fetch"]>[1], emit: Emit): void {
    const fetched = this.#keeper.fetch(now, agreed, emit);
    if (fetched === undefined) return;
    const { n } = fetched.snapshot.digests;
    if (n < this.#ordering.log.base || n > this.#ordering.log.last) return;
    this.#keeper.install(fetched, emit);
    this.#material = fetched.snapshot;
  }

  /** The others say which snapshots they keep; where two agree on none, all take a new one. */
  #askAround(now: InstantMs, isNewNeeded: boolean, emit: Emit): void {
    const { slot, address } = this.#config;
    emit({ kind: "send", to: "managers", message: { kind: "askCheckpoints", slot, replyTo: address } });
    if (isNewNeeded && this.#asks > 0) this.#ask(now);
    else this.#waitLonger(now);
  }

  #import(now: InstantMs, material: Material): void {
    this.#keeper.stopFetching();
    this.#phase = "importing";
    this.#progressAt = now;
    this.#material = undefined;
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
    if (this.#isTrusted) {
      this.#vote(now, emit);
      return;
    }
    this.#phase = "proving";
    this.#provenFrom = this.#replayTo + 1;
    this.#ask(now);
  }

  #vote(now: InstantMs, emit: Emit): void {
    this.#phase = "voting";
    this.#startsInVain = 0;
    this.#isCondemned = false;
    this.#isTrusted = true;
    if (this.#replacement === null || this.#replacement.tookMs !== null) return;
    this.#replacements++;
    this.#replacement = { ...this.#replacement, to: this.#version, tookMs: now - this.#replacement.at };
    emit({ kind: "note", level: "info", text: `replica ${this.#version} votes again, its digests proven equal` });
  }

  #ask(now: InstantMs): void {
    this.#waitLonger(now);
    this.#parts.askForCheckpoint();
  }

  #waitLonger(now: InstantMs): void {
    const { recoveryRetryMs, recoveryRetriesMax } = this.#config.limits;
    this.#retryAt = now + recoveryRetryMs * 2 ** Math.min(this.#asks++, recoveryRetriesMax);
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
