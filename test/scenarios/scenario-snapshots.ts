import { sha256 } from "../../io/sha256.ts";
import { canonicalAnswer } from "../../protocol/canonical-answer.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { SavedCheckpoint } from "../../protocol/log-record.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { isOperation } from "../../protocol/operation.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import { snapshotPart } from "../../replica-manager/snapshot-parts.ts";
import { type ScenarioWords, stamp } from "./scenario-words.ts";

/** What right managers have at one number. */
export interface Kept {
  readonly snapshot: Snapshot;
  readonly intervals: readonly TableInterval[];
}

/** The snapshots that right managers take of the log of a scenario, in their order. */
export class ScenarioSnapshots {
  readonly #words: ScenarioWords;
  readonly #table = new ClientTable(defaultLimits, sha256);
  readonly #kept = new Map<number, Kept>();
  #last = 0;

  constructor(words: ScenarioWords) {
    this.#words = words;
  }

  /** `snapshot <n> <state> <result> …`: a checkpoint behind `n`; one result for each change since the one before. */
  define(n: number, state: string, results: readonly string[]): void {
    const left = [...results];
    for (const entry of this.#words.entries(this.#last + 1, n)) {
      const { command } = entry.request;
      if (command.kind !== "operation" || !isOperation(command.operation)) continue;
      const admission = this.#table.admit(entry);
      if (admission.kind !== "execute") continue;
      this.#table.record(admission.registered, canonicalAnswer(command.operation, JSON.parse(left.shift()!))!);
    }
    this.#table.mark(n, stamp.time);
    this.#last = n;
    const historyDigest = this.#words.digestAt(n);
    const digests = { n, historyDigest, stateDigest: sha256(state), tableDigest: this.#table.checkpoint(n) };
    const intervals = this.#table.intervalsAt(n, stamp.time);
    this.#kept.set(n, { snapshot: { digests, time: stamp.time, state }, intervals });
  }

  /** What is kept at that number, where it is. */
  find(n: number): Kept | undefined {
    return this.#kept.get(n);
  }

  /** What is kept at that number. */
  at(n: number): Kept {
    const kept = this.find(n);
    if (kept === undefined) throw new Error(`no snapshot at ${n}`);
    return kept;
  }

  /** The checkpoint at that number, as a log has it. */
  saved(n: number): SavedCheckpoint {
    const { digests, time } = this.at(n).snapshot;
    return { ...digests, time };
  }

  /** One part of it on its way. */
  part(n: number, part: number): MessageOf<"snapshot"> {
    const { snapshot, intervals } = this.at(n);
    const message = snapshotPart(snapshot, intervals, part, defaultLimits);
    if (message === undefined) throw new Error(`the snapshot at ${n} has no part ${part}`);
    return message;
  }
}
