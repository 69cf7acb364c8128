import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { Digest, Sequence } from "../protocol/ids.ts";

/** The gapless run of numbered requests that a manager keeps: what is before `base` lives in a snapshot. */
export class Log {
  #base: Sequence = 0;
  #baseDigest: Digest = genesisDigest;
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
    const digest = this.digestAt(n);
    assert(digest !== undefined, "a log is cut at an entry that it has");
    this.#entries.splice(0, n - this.#base);
    this.#base = n;
    this.#baseDigest = digest;
  }

  /** Starts anew behind a snapshot. */
  restart(base: Sequence, baseDigest: Digest): void {
    this.#base = base;
    this.#baseDigest = baseDigest;
    this.#entries = [];
  }
}
