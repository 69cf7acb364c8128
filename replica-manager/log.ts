import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { BusinessDate, Digest, InstantMs, Sequence } from "../protocol/ids.ts";

/** When something was numbered; the date is empty where it is not known. */
export interface Moment {
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
}

/** The gapless run of numbered requests that a manager keeps: what is before `base` lives in a snapshot. */
export class Log {
  #base: Sequence = 0;
  #baseDigest: Digest = genesisDigest;
  #baseMoment: Moment = { time: 0, businessDate: "" };
  #entries: Entry[] = [];

  /** Number of the last entry that is no longer kept. */
  get base(): Sequence {
    return this.#base;
  }

  /** Number of the last entry. */
  get last(): Sequence {
    return this.#base + this.#entries.length;
  }

  /** History digest of the last entry. */
  get lastDigest(): Digest {
    return this.#entries.at(-1)?.historyDigest ?? this.#baseDigest;
  }

  /** When the last entry was numbered. */
  get lastMoment(): Moment {
    return this.#entries.at(-1) ?? this.#baseMoment;
  }

  /** Adds the entry that follows the last one. */
  append(entry: Entry): void {
    assert(entry.n === this.last + 1, "the log has no gap");
    this.#entries.push(entry);
  }

  /** The entry of that number, where it is kept. */
  at(n: Sequence): Entry | undefined {
    return this.#entries[n - this.#base - 1];
  }

  /** The history digest at that number, where it is known. */
  digestAt(n: Sequence): Digest | undefined {
    return n === this.#base ? this.#baseDigest : this.at(n)?.historyDigest;
  }

  /** Forgets what is before and at `n`. */
  cut(n: Sequence): void {
    if (n <= this.#base) return;
    const entry = this.at(n);
    assert(entry !== undefined, "a log is cut at an entry that it has");
    this.#entries.splice(0, n - this.#base);
    this.#base = n;
    this.#baseDigest = entry.historyDigest;
    this.#baseMoment = { time: entry.time, businessDate: entry.businessDate };
  }

  /** Takes back what is behind `n`. */
  rollback(n: Sequence): void {
    assert(n >= this.#base && n <= this.last, "a log is rolled back to an entry that it has");
    this.#entries.length = n - this.#base;
  }

  /** Starts anew behind a snapshot of that log time. */
  restart(base: Sequence, baseDigest: Digest, time: InstantMs): void {
    this.#base = base;
    this.#baseDigest = baseDigest;
    this.#baseMoment = { time, businessDate: "" };
    this.#entries = [];
  }
}
