import { assert } from "../protocol/assert.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { InstantMs, Sequence } from "../protocol/ids.ts";
import type { CheckpointDigests, ManagerState, MessageOf, Remembered, Replacement } from "../protocol/message.ts";
import { type CheckpointBook, isSameCheckpoint, type Snapshot } from "./checkpoint-book.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Execution } from "./execution.ts";
import type { Ordering } from "./ordering.ts";

/**
 * How far a replica has come: its process is away, being restored to a checkpoint that two other managers agree on,
 * replaying what came after, proving that its digests equal theirs, voting.
 */
type Phase = "away" | "seeking" | "importing" | "replaying" | "proving" | "voting";

interface Material {
  readonly digests: CheckpointDigests;
  readonly state: string;
  readonly table: readonly Remembered[];
}

const emptyState = "[[],[]]";
/** Characters of a cause that are told: a replica may have written any part of it, and a longer one is no message. */
const causeCharsMax = 256;
const genesis: CheckpointDigests = {
  n: 0,
  historyDigest: genesisDigest,
  stateDigest: genesisDigest,
  tableDigest: genesisDigest,
};

/** What supervision tells its owner. */
export interface SupervisionEvents {
  /** Has all managers take a checkpoint at a number still to come. */
  askForCheckpoint(): void;
  /** The replica of the moment is gone, with everything that it owed. */
  onGone(): void;
}

/** Keeps one replica running: starts it, restores it, lets it vote when it is proven, and replaces it. */
export class Supervision {
  readonly #config: ManagerConfig;
  readonly #ordering: Ordering;
  readonly #execution: Execution;
  readonly #book: CheckpointBook;
  readonly #events: SupervisionEvents;
  #generation = 0;
  #version: string;
  #pid: number | null = null;
  #phase: Phase = "away";
  #startAt: InstantMs = 0;
  #isStarted = false;
  #startsInVain = 0;
  /** The log itself is too short: only a snapshot of another manager helps. */
  #needsSnapshot = false;
  #isCondemned = false;
  #material: Material | undefined;
  /** What was fetched last and two others agreed on then: it may arrive when newer checkpoints have come. */
  #fetched: readonly CheckpointDigests[] = [];
  #retryAt: InstantMs = 0;
  #tries = 0;
  /** Checkpoints asked for since the start of this replica. */
  #asks = 0;
  #replayTo: Sequence = 0;
  #needsProof = false;
  #provenFrom: Sequence = 0;
  #progressAt: InstantMs = 0;
  #now: InstantMs = 0;
  #replacements = 0;
  #replacement: Replacement | null = null;

  constructor(
    config: ManagerConfig,
    ordering: Ordering,
    execution: Execution,
    book: CheckpointBook,
    events: SupervisionEvents,
  ) {
    assert(config.versions.length > 0, "a manager knows a version to start");
    this.#config = config;
    this.#ordering = ordering;
    this.#execution = execution;
    this.#book = book;
    this.#events = events;
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
    if (this.#phase !== "voting" && this.#generation > 1) return "recovering";
    if (this.#phase !== "voting" || this.#ordering.epoch === null) return "starting";
    const { probeMs, windowEntriesMax } = this.#config.limits;
    const isBehind = this.#execution.executed + windowEntriesMax < this.#ordering.highest;
    // Who waits for a replica that says nothing still owes its replies: else no one would ever charge it.
    const isStanding = this.#execution.isWaiting && this.#now - this.#progressAt >= probeMs;
    return isBehind && !isStanding ? "recovering" : "voting";
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    if (this.#phase === "voting") return Number.POSITIVE_INFINITY;
    if (this.#phase === "away") return this.#startAt;
    if (this.#phase === "replaying" || this.#phase === "importing") return this.#stallsAt;
    const retryAt = this.#material === undefined ? this.#retryAt : Number.POSITIVE_INFINITY;
    return Math.min(retryAt, this.#isStarted ? Number.POSITIVE_INFINITY : this.#stallsAt);
  }

  /** Ends the replica because it was found wrong or silent, and goes on with the next version. */
  condemn(now: InstantMs, cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.#version} is condemned: ${cause}` });
    this.#replace(now, cause, true, emit);
  }

  /** Restores the same version, because its process ended, or what it holds cannot be brought up to date. */
  restore(now: InstantMs, cause: string, emit: Emit): void {
    emit({ kind: "note", level: "warn", text: `replica ${this.#version} is restored: ${cause}` });
    this.#replace(now, cause, false, emit);
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

  /** Takes in the state that another manager sent, when it is the one that was asked for. */
  onSnapshot(snapshot: MessageOf<"snapshot">): void {
    const { n, historyDigest, stateDigest, tableDigest } = snapshot;
    const digests = { n, historyDigest, stateDigest, tableDigest };
    const agreed = [this.#book.othersAt(n), ...this.#fetched];
    const isAgreed = agreed.some((one) => one !== undefined && isSameCheckpoint(one, digests));
    const isOfUse = this.#phase === "seeking" && n >= this.#firstOfUse;
    if (!isAgreed || !isOfUse || this.#config.sha256(snapshot.state) !== stateDigest) return;
    this.#ordering.adopt(snapshot.epoch);
    this.#material = { digests, state: snapshot.state, table: snapshot.table };
  }

  /** The replica took its state over and replays what came since. */
  onImported(): void {
    if (this.#phase !== "importing") return;
    this.#phase = "replaying";
    this.#replayTo = this.#ordering.highest;
  }

  /** Compares the digests at one checkpoint with what two other managers agree on. */
  onCheckpoint(now: InstantMs, n: Sequence, emit: Emit): void {
    const own = this.#book.ownAt(n);
    const agreed = this.#book.othersAt(n);
    if (own === undefined || agreed === undefined || n < this.#provenFrom) return;
    if (this.#phase !== "proving" && this.#phase !== "voting") return;
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
    if (this.#ordering.isStuck && !this.#needsSnapshot) {
      this.restore(now, "the order went on without this manager", emit);
      this.#needsSnapshot = true;
    } else if (!this.#ordering.isStuck) {
      // The gap was closed after all: a checkpoint beyond the log may never be made.
      this.#needsSnapshot = false;
    }
    if (this.#phase === "away" && now >= this.#startAt) this.#start(now, emit);
    if (this.#phase === "seeking") this.#seek(now, emit);
    if (this.#phase === "replaying") this.#replay(now, emit);
    if (this.#phase === "proving" && now >= this.#retryAt) this.#ask(now);
    if (this.#phase !== "voting" && this.#phase !== "away" && now >= this.#stallsAt) this.#giveUpStalled(now, emit);
  }

  #replace(now: InstantMs, cause: string, isCondemned: boolean, emit: Emit): void {
    const from = this.#version;
    emit({ kind: "endReplica", generation: this.#generation });
    this.#execution.close();
    this.#events.onGone();
    this.#book.forgetOwn();
    this.#countVainStart(isCondemned);
    const told = cause.replace(/[^ -~]/g, "?").slice(0, causeCharsMax);
    if (this.#phase === "voting") this.#replacement = { cause: told, from, to: this.#version, at: now, tookMs: null };
    else if (this.#replacement !== null) this.#replacement = { ...this.#replacement, to: this.#version };
    this.#isCondemned ||= isCondemned;
    this.#phase = "away";
    this.#isStarted = false;
    this.#pid = null;
    this.#material = undefined;
    const [min, max] = this.#config.limits.restartBackoffMs;
    this.#startAt = now + (this.#startsInVain === 0 ? 0 : Math.min(max, min * 2 ** this.#startsInVain));
  }

  #countVainStart(isCondemned: boolean): void {
    this.#startsInVain = this.#phase === "voting" ? 0 : this.#startsInVain + 1;
    const isTooOften = this.#startsInVain > 0 && this.#startsInVain % this.#config.limits.startsInVainMax === 0;
    if (!isCondemned && !isTooOften) return;
    const { versions } = this.#config;
    this.#version = versions[(versions.indexOf(this.#version) + 1) % versions.length] as string;
  }

  #start(now: InstantMs, emit: Emit): void {
    this.#generation++;
    this.#phase = "seeking";
    this.#tries = 0;
    this.#asks = 0;
    this.#retryAt = now;
    this.#progressAt = now;
    emit({ kind: "startReplica", generation: this.#generation, version: this.#version });
  }

  /** Finds a checkpoint to restore: the newest that two others agree on, else the beginning where the log has it all. */
  #seek(now: InstantMs, emit: Emit): void {
    const { log } = this.#ordering;
    const agreed = this.#book.newestOfOthers(this.#firstOfUse);
    if (this.#material !== undefined && this.#material.digests.n < log.base) this.#material = undefined;
    if (this.#material === undefined) {
      if (agreed !== undefined) this.#seekMaterial(now, agreed, emit);
      else if (log.base === 0 && !this.#needsSnapshot)
        this.#material = { digests: genesis, state: emptyState, table: [] };
      else if (now >= this.#retryAt) this.#ask(now);
    }
    if (this.#material !== undefined && this.#isStarted) this.#import(now, this.#material, emit);
  }

  #seekMaterial(now: InstantMs, agreed: CheckpointDigests, emit: Emit): void {
    const own: Snapshot | undefined = this.#book.snapshotOf(agreed);
    if (own !== undefined && this.#execution.executed >= agreed.n) {
      this.#material = { digests: agreed, state: own.state, table: this.#execution.table.upTo(agreed.n) };
      return;
    }
    if (now < this.#retryAt) return;
    const holders = this.#book.holdersOf(agreed);
    const holder = holders[this.#tries % holders.length];
    if (holder !== undefined) {
      const message = { kind: "fetchSnapshot", ...agreed, replyTo: this.#config.address } as const;
      emit({ kind: "send", to: this.#config.managers[holder], message });
      this.#fetched = [...this.#fetched, agreed].slice(-this.#config.limits.checkpointDigestsMax);
    }
    // A holder that no longer has it stays silent: a checkpoint made now is one that all have.
    if (this.#tries % 2 === 1) this.#events.askForCheckpoint();
    this.#tries++;
    this.#retryAt = now + this.#config.limits.recoveryRetryMs;
  }

  /** Number of the first checkpoint that the log can go on from. */
  get #firstOfUse(): Sequence {
    const { log } = this.#ordering;
    return this.#needsSnapshot ? log.last + 1 : log.base;
  }

  #import(now: InstantMs, material: Material, emit: Emit): void {
    const { n, historyDigest, tableDigest } = material.digests;
    this.#needsProof = n > 0;
    if (this.#needsSnapshot || n > this.#ordering.log.last) this.#ordering.restart(now, n, historyDigest, emit);
    this.#needsSnapshot = false;
    this.#phase = "importing";
    this.#progressAt = now;
    this.#material = undefined;
    if (n === 0 && this.#replacement === null) {
      this.#execution.openEmpty();
      this.onImported();
    } else {
      this.#execution.openWith(material.state, n, material.table, tableDigest);
    }
  }

  #replay(now: InstantMs, emit: Emit): void {
    if (this.#execution.executed < this.#replayTo) return;
    if (this.#replacement === null && !this.#needsProof) {
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
    if (this.#replacement === null || this.#replacement.tookMs !== null) return;
    this.#replacements++;
    this.#replacement = { ...this.#replacement, to: this.#version, tookMs: now - this.#replacement.at };
    emit({ kind: "note", level: "info", text: `replica ${this.#version} votes again, its digests proven equal` });
  }

  #ask(now: InstantMs): void {
    const { recoveryRetryMs, recoveryRetriesMax } = this.#config.limits;
    this.#retryAt = now + recoveryRetryMs * 2 ** Math.min(this.#asks++, recoveryRetriesMax);
    this.#events.askForCheckpoint();
  }

  get #stallsAt(): InstantMs {
    return this.#progressAt + this.#config.limits.rebuildStallMs;
  }

  #giveUpStalled(now: InstantMs, emit: Emit): void {
    const isItsTurn = !this.#isStarted || this.#execution.isWaiting;
    if (isItsTurn) this.restore(now, "it did not come up in time", emit);
    else this.#progressAt = now;
  }
}
