import { unreachable } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import type { InstantMs, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { ShadowStatus } from "../protocol/message.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { Emit, ReplicaEvent } from "./effect.ts";
import type { Exported, Progress } from "./execution.ts";
import { ShadowNotes } from "./shadow-notes.ts";
import { callOf, ShadowQueue, type ShadowWork } from "./shadow-queue.ts";
import { newShadowStatus } from "./shadow-status.ts";

/** What a shadow works with. */
export interface ShadowParts {
  /** The command line, with single spaces between its words. */
  readonly command: string;
  readonly limits: Limits;
  readonly sha256: Sha256;
  readonly emit: Emit;
  /** Has all managers take a checkpoint at a number still to come. */
  readonly askForCheckpoint: () => void;
}

/** The state of a replica that nothing was written to. */
const emptyState = "[[],[]]";
const troubleCharsShown = 200;
const answerCharsShown = 160;

/**
 * A replica from any command line that runs beside the manager's own one: it executes each change right behind it, and
 * its answers and state digests are compared with those of the own one. Where it has no place in the order (it was
 * started, lost its place, or differed), it takes over the state of the own one at the next checkpoint.
 */
export class Shadow {
  readonly #parts: ShadowParts;
  readonly #queue: ShadowQueue;
  readonly #notes: ShadowNotes;
  #now: InstantMs = 0;
  /** Counts starts. */
  #generation = 0;
  #hasProcess = false;
  #isStarted = false;
  #startAt: InstantMs = 0;
  /** Ends of its process since it followed last. */
  #failures = 0;
  #trouble: string | null = null;
  /** True while all changes behind its state are handed to it. */
  #hasPlace = false;
  #isFollowing = false;
  #isLagging = false;
  /** When it may take over a state, and when a checkpoint may be asked for. */
  #syncAt: InstantMs = 0;
  #askAt: InstantMs = 0;
  #progressAt: InstantMs = 0;
  readonly #counts = { executed: 0, compared: 0, differences: 0, lastDifference: null as Sequence | null, lags: 0 };

  constructor(parts: ShadowParts) {
    this.#parts = parts;
    const { limits, sha256, emit } = parts;
    this.#notes = new ShadowNotes(limits.shadowNoteMs, emit);
    this.#queue = new ShadowQueue(limits, sha256, (line) => {
      emit({ kind: "shadow", effect: { kind: "writeReplica", generation: this.#generation, line } });
    });
  }

  /** How it stands. */
  get status(): ShadowStatus {
    const { command } = this.#parts;
    return { ...newShadowStatus(command), ...this.#counts, state: this.#state, trouble: this.#trouble };
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    if (!this.#hasProcess) return this.#startAt;
    // Whoever may not ask yet is called anyway, when the order goes on.
    const asks = !this.#hasPlace && this.#isStarted && this.#askAt > this.#now;
    return Math.min(
      this.#queue.isOwed ? this.#silentAt : Number.POSITIVE_INFINITY,
      asks ? this.#askAt : Number.POSITIVE_INFINITY,
    );
  }

  /** A step of the manager begins: nobody is silent who was not listened to. */
  begin(now: InstantMs): void {
    const wasAway = now - this.#now >= this.#parts.limits.probeMs;
    if (wasAway || !this.#queue.isOwed) this.#progressAt = now;
    this.#now = now;
  }

  /** Takes the next step, where one is due; a checkpoint is asked for only where the own replica votes. */
  poll(isOwnVoting: boolean): void {
    if (!this.#hasProcess && this.#now >= this.#startAt) this.#start();
    if (this.#queue.isOwed && this.#now >= this.#silentAt) {
      this.#fail(`it said nothing for ${this.#parts.limits.shadowSilenceMs} ms while it owed an answer`);
    }
    if (this.#hasPlace || !this.#isStarted || !isOwnVoting || this.#now < this.#askAt) return;
    const { shadowSyncMs, recoveryRetriesMax } = this.#parts.limits;
    // Each one is an export at everybody, and whoever ends again and again makes no use of it.
    this.#askAt = this.#now + shadowSyncMs * 2 ** Math.min(this.#failures, recoveryRetriesMax);
    this.#parts.askForCheckpoint();
  }

  /** Takes what happened to its process. */
  onEvent(event: ReplicaEvent): void {
    if (event.generation !== this.#generation || !this.#hasProcess) return;
    switch (event.kind) {
      case "replicaStarted":
        this.#isStarted = true;
        return;
      case "replicaLines":
        return this.#onLines(event.lines);
      case "replicaEnded":
        return this.#fail(event.cause);
      default:
        return unreachable(event);
    }
  }

  /** The own replica is empty, and nothing was handed to it. */
  onOwnEmpty(): void {
    if (!this.#hasPlace && this.#hasProcess) this.#sync(emptyState);
  }

  /** The own replica is gone, or what it executed is: where the next one begins is known at its first checkpoint. */
  onOwnGone(): void {
    this.#losePlace();
  }

  /** The own replica executed changes and exported its state; both are in their order. */
  onOwnProgress({ answered, exported }: Pick<Progress, "answered" | "exported">): void {
    let at = 0;
    for (const { executed, result } of answered) {
      if (executed === undefined) continue;
      for (; (exported[at]?.entry.n ?? executed.n) < executed.n; at++) this.#onOwnExported(exported[at] as Exported);
      this.#onOwnExecuted(executed, result);
    }
    for (const one of exported.slice(at)) this.#onOwnExported(one);
  }

  get #state(): ShadowStatus["state"] {
    if (!this.#isStarted) return this.#trouble === null ? "starting" : "failed";
    if (this.#isLagging) return "lagging";
    return this.#isFollowing ? "following" : "syncing";
  }

  get #silentAt(): InstantMs {
    return this.#progressAt + this.#parts.limits.shadowSilenceMs;
  }

  #start(): void {
    this.#generation++;
    this.#hasProcess = true;
    const version = this.#parts.command;
    this.#parts.emit({ kind: "shadow", effect: { kind: "startReplica", generation: this.#generation, version } });
  }

  #onOwnExecuted(entry: Entry, expected: string): void {
    if (!this.#hasPlace || this.#queue.push({ kind: "change", entry, expected })) return;
    this.#counts.lags++;
    this.#losePlace();
    this.#isLagging = true;
    this.#warn("lag", `lags behind ${entry.n}: it goes on at a checkpoint`);
  }

  #onOwnExported({ entry: { n }, state, stateDigest }: Exported): void {
    if (this.#hasPlace) {
      // Where there is no room for the question it is not asked, and the changes behind it say that it lags.
      this.#queue.push({ kind: "export", n, expected: stateDigest });
    } else if (this.#hasProcess && this.#now >= this.#syncAt) {
      this.#syncAt = this.#now + this.#parts.limits.shadowSyncMs;
      this.#sync(state);
    }
  }

  #sync(state: string): void {
    this.#hasPlace = this.#queue.push({ kind: "import", state });
  }

  #onLines(lines: readonly string[]): void {
    this.#progressAt = this.#now;
    for (const line of lines) {
      const outcome = this.#queue.takeLine(line);
      if (outcome.kind === "defect") return this.#fail(`it broke its contract: ${outcome.cause}`);
      if (outcome.said !== undefined) this.#onDone(outcome.work, outcome.said);
    }
  }

  #onDone(work: ShadowWork, said: string): void {
    switch (work.kind) {
      case "import":
        this.#isFollowing = true;
        this.#isLagging = false;
        this.#trouble = null;
        return;
      case "change":
        this.#counts.executed = work.entry.n;
        return this.#compare(work.entry.n, callOf(work.entry).operation, work.expected, said);
      case "export":
        return this.#compare(work.n, "the state digest", work.expected, said);
      default:
        return unreachable(work);
    }
  }

  /** What differs may have another state from now on: it is told once, and the rest is not compared with that. */
  #compare(n: Sequence, what: string, expected: string, said: string): void {
    this.#counts.compared++;
    this.#failures = 0;
    if (said === expected) return;
    this.#counts.differences++;
    this.#counts.lastDifference = n;
    this.#losePlace();
    this.#warn(
      "difference",
      `differs at ${n}, ${what}: the replica says ${shown(expected)}, the shadow ${shown(said)}`,
    );
  }

  #losePlace(): void {
    this.#hasPlace = false;
    this.#isFollowing = false;
    this.#queue.invalidate();
  }

  /** Ends the process, whatever is left of it, and starts it again later and later. */
  #fail(cause: string): void {
    const [min, max] = this.#parts.limits.restartBackoffMs;
    this.#parts.emit({ kind: "shadow", effect: { kind: "endReplica", generation: this.#generation } });
    this.#losePlace();
    this.#queue.clear();
    this.#hasProcess = false;
    this.#isStarted = false;
    this.#isLagging = false;
    this.#trouble = cause.slice(0, troubleCharsShown);
    this.#startAt = this.#now + Math.min(max, min * 2 ** this.#failures++);
    this.#warn("trouble", `ended and is started again: ${this.#trouble}`);
  }

  #warn(topic: Parameters<ShadowNotes["warn"]>[1], text: string): void {
    this.#notes.warn(this.#now, topic, `the shadow ${shown(this.#parts.command)} ${text}`);
  }
}

function shown(text: string): string {
  return text.length <= answerCharsShown ? text : `${text.slice(0, answerCharsShown)}…`;
}
