import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import type { Digest, Sequence } from "../protocol/ids.ts";
import type { LogRecord, SavedCheckpoint } from "../protocol/log-record.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Emit, Recovered } from "./effect.ts";
import { Journal } from "./journal.ts";
import { Log } from "./log.ts";

/** The end of the log at some time: what is stored up to there says nothing about another branch. */
export interface Mark {
  readonly last: Sequence;
  readonly branch: number;
}

/** The log of a manager, how much of it is durable here, and how much two managers have stored. */
export class StoredLog {
  readonly log = new Log();
  readonly journal: Journal;
  readonly #onDurable: () => void;
  #durable: Sequence = 0;
  #commitPoint: Sequence = 0;
  /** The commit point that the disk knows of. */
  #storedCommit: Sequence = 0;
  /** Counts rollbacks: what was stored before one says nothing about the entries of those numbers now. */
  #branch = 0;

  /** `onDurable` is told when more entries are durable. */
  constructor(mutant: Mutant | undefined, onDurable: () => void) {
    this.journal = new Journal(mutant);
    this.#onDurable = onDurable;
  }

  /** Number of the last entry that is durable here. */
  get durable(): Sequence {
    return this.#durable;
  }

  /** What two managers have stored, as far as that is known and is part of this log. */
  get commitPoint(): Sequence {
    return this.#commitPoint;
  }

  /** The end of the log as it is. */
  get mark(): Mark {
    return { last: this.log.last, branch: this.#branch };
  }

  /** Takes over what was found in the data. */
  recover({ summary, entries, snapshots }: Recovered): void {
    const time = snapshots.find(({ digests }) => digests.n === summary.base)?.time ?? 0;
    this.log.restart(summary.base, summary.baseDigest, time);
    for (const entry of entries) this.log.append(entry);
    this.#commitPoint = Math.min(summary.commitPoint, this.log.last);
    this.#storedCommit = this.#commitPoint;
    this.#durable = this.log.last;
  }

  /** Two managers have stored number `n` of this log. */
  commit(n: Sequence): void {
    this.#commitPoint = Math.max(this.#commitPoint, n);
  }

  /** Adds entries and stores them, with the commit point where that moved on. */
  append(entries: readonly Entry[], emit: Emit): void {
    for (const entry of entries) this.log.append(entry);
    const records: LogRecord[] = entries.map((entry) => ({ kind: "entry", ...entry }));
    const commitPoint = Math.min(this.#commitPoint, this.log.last);
    if (commitPoint > this.#storedCommit) {
      this.#storedCommit = commitPoint;
      records.push({ kind: "commit", n: commitPoint });
    }
    const { mark } = this;
    this.journal.append(records, emit, () => this.reach(mark));
  }

  /** Everything up to a mark is durable, unless that was taken back since. */
  reach({ last, branch }: Mark): void {
    if (branch !== this.#branch || last <= this.#durable) return;
    this.#durable = last;
    this.#onDurable();
  }

  /** Takes back what is behind `n`; returns the record that says so. */
  rollBack(n: Sequence): LogRecord {
    assert(n >= this.#commitPoint, "what two managers have stored is never rolled back");
    this.log.rollback(n);
    this.#branch++;
    this.#durable = Math.min(this.#durable, n);
    return { kind: "rollback", n };
  }

  /** Starts anew behind a checkpoint whose state is on the disk, in one write with the records before that. */
  restart(checkpoint: SavedCheckpoint, before: readonly LogRecord[], emit: Emit): void {
    const { n, historyDigest, time } = checkpoint;
    const isOther = n > this.log.last || this.log.digestAt(n) !== historyDigest;
    assert(isOther, "a log starts anew only behind what it has not");
    assert(n >= Math.min(this.#commitPoint, this.log.last), "what two managers have stored is never left");
    this.log.restart(n, historyDigest, time);
    this.#branch++;
    this.#durable = Math.min(this.#durable, n);
    this.commit(n);
    const records: LogRecord[] = [
      ...before,
      { kind: "restart", n, historyDigest },
      { kind: "checkpoint", ...checkpoint },
    ];
    const { mark } = this;
    this.journal.append(records, emit, () => this.reach(mark));
  }

  /** Forgets what a snapshot on the disk stands for; returns the record that says so. */
  cut(n: Sequence): LogRecord | undefined {
    if (n <= this.log.base) return undefined;
    assert(n <= this.#commitPoint, "what is forgotten is never rolled back");
    this.log.cut(n);
    return { kind: "cut", n, historyDigest: this.log.digestAt(n) as Digest };
  }
}
