import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import type { Sequence, Slot } from "../protocol/ids.ts";
import { slots } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";

/** What each manager said its digests are at each checkpoint. */
export class CheckpointBook {
  readonly #slot: Slot;
  readonly #limits: Limits;
  readonly #said = new Map<Sequence, Map<Slot, CheckpointDigests>>();

  constructor(slot: Slot, limits: Limits) {
    this.#slot = slot;
    this.#limits = limits;
  }

  /** Takes note of what a manager says. */
  note(slot: Slot, digests: CheckpointDigests): void {
    const at = this.#said.get(digests.n) ?? new Map<Slot, CheckpointDigests>();
    at.set(slot, digests);
    this.#said.set(digests.n, at);
    if (this.#said.size > this.#limits.checkpointDigestsMax) this.#said.delete(Math.min(...this.#said.keys()));
  }

  /** What this manager said at that number. */
  ownAt(n: Sequence): CheckpointDigests | undefined {
    return this.#said.get(n)?.get(this.#slot);
  }

  /** What two of the other managers agree on at that number. */
  othersAt(n: Sequence): CheckpointDigests | undefined {
    const at = this.#said.get(n);
    const others = slots.filter((slot) => slot !== this.#slot).map((slot) => at?.get(slot));
    return others.find(
      (one, index) =>
        one !== undefined && others.some((two, at) => at > index && two !== undefined && isSameCheckpoint(one, two)),
    );
  }

  /** The newest checkpoint from number `nMin` to `nMax` that two other managers agree on. */
  newestOfOthers(nMin: Sequence, nMax: Sequence): CheckpointDigests | undefined {
    for (const n of [...this.#said.keys()].sort((a, b) => b - a)) {
      const agreed = n >= nMin && n <= nMax ? this.othersAt(n) : undefined;
      if (agreed !== undefined) return agreed;
    }
    return undefined;
  }

  /** The other managers that said exactly this. */
  holdersOf(digests: CheckpointDigests): readonly Slot[] {
    const at = this.#said.get(digests.n);
    return slots.filter((slot) => {
      const said = at?.get(slot);
      return slot !== this.#slot && said !== undefined && isSameCheckpoint(said, digests);
    });
  }

  /** Forgets what anybody said of numbers behind `n`: they were given to something else since. */
  rollback(n: Sequence): void {
    for (const at of this.#said.keys()) if (at > n) this.#said.delete(at);
  }

  /** Forgets what anybody said of that number: nobody seems to keep it any more, and who does says so again. */
  forgetAt(n: Sequence): void {
    this.#said.delete(n);
  }

  /** Forgets what this manager said: its replica is not the one any more that said it. */
  forgetOwn(): void {
    for (const at of this.#said.values()) at.delete(this.#slot);
  }
}
