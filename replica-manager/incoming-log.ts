import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import type { Adoption } from "../protocol/epoch.ts";
import type { Digest, Sequence } from "../protocol/ids.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { Log } from "./log.ts";
import { follows } from "./order-entries.ts";

/**
 * The log of an epoch on its way to a manager that is about to adopt it: what both logs have in common stays, what
 * follows there is gathered until the base of the epoch is reached. Nothing of the own log changes before that.
 */
export class IncomingLog {
  readonly adoption: Adoption;
  readonly #log: Log;
  readonly #sha256: Sha256;
  /** The last entry that is known to be the same in both. */
  #common: Sequence;
  #gathered: Entry[] = [];

  /** `settled` is a number up to which both logs are the same, since two managers have stored it. */
  constructor(adoption: Adoption, log: Log, settled: Sequence, sha256: Sha256) {
    this.adoption = adoption;
    this.#log = log;
    this.#sha256 = sha256;
    const hasBase = log.digestAt(adoption.base) === adoption.baseDigest;
    this.#common = hasBase ? adoption.base : Math.max(log.base, Math.min(settled, log.last));
  }

  /** The last entry that both have. */
  get common(): Sequence {
    return this.#common;
  }

  /** What is to follow it. */
  get gathered(): readonly Entry[] {
    return this.#gathered;
  }

  /** Number of the next entry that is missing. */
  get next(): Sequence {
    return this.#common + this.#gathered.length + 1;
  }

  /** True when the log of the epoch is there up to its base. */
  get isComplete(): boolean {
    const { base, baseDigest } = this.adoption;
    if (this.next <= base) return false;
    const digest =
      base <= this.#common ? this.#log.digestAt(base) : this.#gathered[base - this.#common - 1]?.historyDigest;
    // A log that begins behind the base begins at a checkpoint of this very epoch.
    assert(digest === baseDigest || this.#log.base > base, "the log that was fetched is that of the epoch");
    return true;
  }

  /** The log of the epoch has that history at `n`: true when the own one has it as well, and that was not known. */
  skipTo(n: Sequence, historyDigest: Digest): boolean {
    if (this.#gathered.length > 0 || n <= this.#common || this.#log.digestAt(n) !== historyDigest) return false;
    this.#common = n;
    return true;
  }

  /** Takes the next entries; false when they do not follow. */
  take(entries: readonly Entry[]): boolean {
    for (const entry of entries) {
      if (entry.n !== this.next) return false;
      if (this.#gathered.length === 0 && this.#log.digestAt(entry.n) === entry.historyDigest) {
        this.#common = entry.n;
        continue;
      }
      const before = this.#gathered.at(-1)?.historyDigest ?? this.#log.digestAt(this.#common);
      if (before === undefined || !follows(this.#sha256, before, entry)) return false;
      this.#gathered.push(entry);
    }
    return true;
  }
}
