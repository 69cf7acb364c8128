import { assert } from "../protocol/assert.ts";
import type { Limits } from "../protocol/limits.ts";

/** How a replica ended: it was wrong, it was condemned for anything else, or its process was lost. */
export type ReplicaEnding = "wrong" | "unwanted" | "lost";

/** Condemned so often for being wrong, a version is used last. */
const wrongMax = 2;

/** Which version of the replica a manager runs, and how long it waits before it starts that again. */
export class VersionChoice {
  readonly #versions: readonly string[];
  readonly #limits: Limits;
  #current: string;
  #startsInVain = 0;
  /** How often each version was condemned for being wrong, since this manager started. */
  readonly #wrong = new Map<string, number>();

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

  /** A replica ended: one that was condemned, or came to nothing too often, gives way to the next version. */
  onEnd(wasVoting: boolean, ending: ReplicaEnding): void {
    this.#startsInVain = wasVoting ? 0 : this.#startsInVain + 1;
    const isTooOften = this.#startsInVain > 0 && this.#startsInVain % this.#limits.startsInVainMax === 0;
    if (ending === "wrong") this.#wrong.set(this.#current, this.#wrongOf(this.#current) + 1);
    if (ending === "lost" && !isTooOften) return;
    this.#current = this.#next();
  }

  /** The next behind the one that ended; those that were wrong too often come last. */
  #next(): string {
    const at = this.#versions.indexOf(this.#current);
    const others = [...this.#versions.slice(at + 1), ...this.#versions.slice(0, at)];
    return others.find((version) => this.#wrongOf(version) < wrongMax) ?? others[0] ?? this.#current;
  }

  #wrongOf(version: string): number {
    return this.#wrong.get(version) ?? 0;
  }

  /** A replica votes. */
  onVoting(): void {
    this.#startsInVain = 0;
  }
}
