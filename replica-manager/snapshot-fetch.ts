import { assert } from "../protocol/assert.ts";
import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { InstantMs, Slot } from "../protocol/ids.ts";
import type { MessageOf, SnapshotPart } from "../protocol/message.ts";
import type { TableInterval } from "../protocol/table-interval.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit, Snapshot } from "./effect.ts";
import { partsMax } from "./snapshot-parts.ts";
import { isWholeTable, readProven } from "./table-chain.ts";

/** A snapshot that was fetched and proven by its digests. */
export interface Fetched {
  /** Its log time is the word of those that gave it, since no digest covers that by itself. */
  readonly snapshot: Snapshot;
  /** The client table there, as `ClientTable.restore` takes it. */
  readonly intervals: readonly TableInterval[];
}

/** What the first part that came has said of all of them. */
interface Announced {
  readonly parts: number;
  readonly time: InstantMs;
}

/**
 * Pulls one snapshot, whose digests two managers agree on, part by part from those that have it. Parts of different
 * holders fit together. What does not prove to be the snapshot is dropped, and all of it is asked for again, from the
 * next holder; it never gives up by itself.
 */
export class SnapshotFetch {
  readonly digests: CheckpointDigests;
  readonly #config: Pick<ManagerConfig, "address" | "managers" | "limits" | "sha256">;
  #announced: Announced | undefined;
  #parts = new Map<number, SnapshotPart>();
  /** Parts that are under way, and when each was asked for last. */
  #asked = new Map<number, InstantMs>();
  /** The first part that was never asked for. */
  #next = 0;
  #charsLeft: number;
  #rowsLeft: number;
  #result: Fetched | undefined;
  #turn = 0;
  #turnsInVain = 0;
  #failures = 0;
  #pollAt: InstantMs = 0;
  /** After a failure the next try waits, or two managers could keep each other busy without end. */
  #resumeAt: InstantMs = 0;

  constructor(config: Pick<ManagerConfig, "address" | "managers" | "limits" | "sha256">, digests: CheckpointDigests) {
    this.#config = config;
    this.digests = digests;
    this.#charsLeft = config.limits.stateCharsMax;
    this.#rowsLeft = rowsAtMost(config);
  }

  /** True once every part is there and proven. */
  get isDone(): boolean {
    return this.#result !== undefined;
  }

  /** The snapshot, once it is done. */
  get result(): Fetched | undefined {
    return this.#result;
  }

  /** Parts that are there. */
  get done(): number {
    return this.#parts.size;
  }

  /** Parts that there are, 1 while that is not known. */
  get total(): number {
    return this.#announced?.parts ?? 1;
  }

  /** How many times in a row another holder was asked, and nothing came. */
  get turnsInVain(): number {
    return this.#turnsInVain;
  }

  /** How many times all of it was asked for anew because something was not what the digests or the limits say. */
  get failures(): number {
    return this.#failures;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.isDone ? Number.POSITIVE_INFINITY : this.#pollAt;
  }

  /** Asks one of `holders` for what is missing: each part once, and again, of the next holder, when it does not come. */
  poll(now: InstantMs, holders: readonly Slot[], emit: Emit): void {
    if (now < this.#resumeAt) return;
    const { partsInFlightMax, recoveryRetryMs } = this.#config.limits;
    const overdue = [...this.#asked].filter(([, at]) => at + recoveryRetryMs <= now).map(([part]) => part);
    if (overdue.length > 0) {
      this.#turn++;
      this.#turnsInVain++;
    }
    const holder = holders[this.#turn % holders.length];
    if (holder !== undefined) {
      for (const part of overdue) this.#ask(now, part, holder, emit);
      while (this.#asked.size < partsInFlightMax && this.#next < this.total) this.#ask(now, this.#next++, holder, emit);
    }
    const oldest = holder === undefined ? now : Math.min(now, ...this.#asked.values());
    this.#pollAt = oldest + recoveryRetryMs;
  }

  /** Takes a part; what was not asked for, or is of another snapshot, is passed over. */
  onPart(message: MessageOf<"snapshot">): void {
    if (!isSameCheckpoint(message, this.digests) || !this.#asked.has(message.part)) return;
    if (!this.#isAsAnnounced(message) || !this.#isProven(message.content)) {
      this.#startOver();
      return;
    }
    this.#announced = { parts: message.parts, time: message.time };
    this.#turnsInVain = 0;
    this.#asked.delete(message.part);
    this.#parts.set(message.part, message.content);
    if (this.#parts.size === message.parts) this.#finish(this.#announced);
  }

  #ask(now: InstantMs, part: number, holder: Slot, emit: Emit): void {
    const { address, managers } = this.#config;
    this.#asked.set(part, now);
    const message = { kind: "fetchSnapshot", ...this.digests, part, replyTo: address } as const;
    emit({ kind: "send", to: managers[holder], message });
  }

  #isAsAnnounced({ part, parts, time }: MessageOf<"snapshot">): boolean {
    if (this.#announced !== undefined) return parts === this.#announced.parts && time === this.#announced.time;
    return part < parts && parts <= partsMax(this.#config.limits);
  }

  #isProven(content: SnapshotPart): boolean {
    if (content.kind === "state") {
      this.#charsLeft -= content.text.length;
      return this.#charsLeft >= 0;
    }
    this.#rowsLeft -= content.rows;
    return this.#rowsLeft >= 0 && readProven(content, this.#config.sha256) !== undefined;
  }

  #finish({ parts, time }: Announced): void {
    const { limits, sha256 } = this.#config;
    let state = "";
    const intervals: TableInterval[] = [];
    for (let part = 0; part < parts; part++) {
      const content = this.#parts.get(part);
      assert(content !== undefined, "a snapshot is whole when all its parts are there");
      if (content.kind === "interval") intervals.push(intervalOf(content));
      else state += content.text;
    }
    const { n, stateDigest, tableDigest } = this.digests;
    const isTable = isWholeTable(intervals, { digest: tableDigest, n, time }, limits);
    if (isTable && sha256(state) === stateDigest)
      this.#result = { snapshot: { digests: this.digests, time, state }, intervals };
    else this.#startOver();
  }

  #startOver(): void {
    this.#announced = undefined;
    this.#parts = new Map();
    this.#asked = new Map();
    this.#next = 0;
    this.#charsLeft = this.#config.limits.stateCharsMax;
    this.#rowsLeft = rowsAtMost(this.#config);
    this.#failures++;
    this.#turn++;
    this.#resumeAt = this.#pollAt;
  }
}

function intervalOf(part: Extract<SnapshotPart, { kind: "interval" }>): TableInterval {
  const { kind: _, ...interval } = part;
  return interval;
}

/** Those that are alive, and those of the one interval before them. */
function rowsAtMost({ limits }: Pick<ManagerConfig, "limits">): number {
  return limits.clientTableEntriesMax + limits.tableSpanRows;
}
