import { assert } from "../protocol/assert.ts";
import type { Limits } from "../protocol/limits.ts";

/** Which version of the replica a manager runs, and how long it waits before it starts that again. */
export class VersionChoice {
  readonly #versions: readonly string[];
  readonly #limits: Limits;
  #current: string;
  #startsInVain = 0;

  /** `versions` in the order in which they are tried, round and round. */
  constructor(versions: readonly string[], limits: Limits) {
    assert(versions.length > 0, "a manager knows a version to start");
    this.#versions = versions;
    this.#limits = limits;
    this.#current = versions[0] as string;
  }

  get current(): string {
    return this.#current;
  }

  /** Milliseconds until the next start: none at first, then longer and longer. */
  get delayMs(): number {
    const [min, max] = this.#limits.restartBackoffMs;
    return this.#startsInVain === 0 ? 0 : Math.min(max, min * 2 ** this.#startsInVain);
  }

  /** A replica ended: one that was wrong, or came to nothing too often, gives way to the next version. */
  onEnd(wasVoting: boolean, isCondemned: boolean): void {
    this.#startsInVain = wasVoting ? 0 : this.#startsInVain + 1;
    const isTooOften = this.#startsInVain > 0 && this.#startsInVain % this.#limits.startsInVainMax === 0;
    if (!isCondemned && !isTooOften) return;
    this.#current = this.#versions[(this.#versions.indexOf(this.#current) + 1) % this.#versions.length] as string;
  }

  /** A replica votes. */
  onVoting(): void {
    this.#startsInVain = 0;
  }
}
