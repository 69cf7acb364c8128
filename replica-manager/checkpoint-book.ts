import { type CheckpointDigests, isSameCheckpoint } from "../protocol/checkpoint.ts";
import { isLaterEpoch } from "../protocol/epoch.ts";
import { type Epoch, isSameEpoch, otherSlots, type Sequence, type Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";

interface Said {
  readonly digests: CheckpointDigests;
  /** The adopted epoch, in whose log that point is durable. */
  readonly storedIn: Epoch | null;
}

/** What each manager said its digests are at each checkpoint. */
export class CheckpointBook {
  readonly #slot: Slot;
  readonly #others: readonly Slot[];
  readonly #limits: Limits;
  readonly #said = new Map<Sequence, Map<Slot, Said>>();

  constructor(slot: Slot, limits: Limits) {
    this.#slot = slot;
    this.#others = otherSlots(slot);
    this.#limits = limits;
  }

  /** Takes note of what a manager says, and in which epoch it has that point in its durable log. */
  note(slot: Slot, digests: CheckpointDigests, storedIn: Epoch | null = null): void {
    const at = this.#said.get(digests.n) ?? new Map<Slot, Said>();
    at.set(slot, { digests, storedIn });
    this.#said.set(digests.n, at);
    if (this.#said.size > this.#limits.checkpointDigestsMax) this.#said.delete(Math.min(...this.#said.keys()));
  }

  /** What this manager said at that number. */
  ownAt(n: Sequence): CheckpointDigests | undefined {
    return this.#said.get(n)?.get(this.#slot)?.digests;
  }

  /** True when this manager said what its digests are at a later number. */
  hasOwnBehind(n: Sequence): boolean {
    return [...this.#said].some(([at, said]) => at > n && said.has(this.#slot));
  }

  /** What two of the other managers agree on at that number. */
  othersAt(n: Sequence): CheckpointDigests | undefined {
    return this.#pairAt(n, (one, two) => isSameCheckpoint(one.digests, two.digests))?.digests;
  }

  /** The newest checkpoint from number `nMin` to `nMax` that two other managers agree on, of those that are of use. */
  newestOfOthers(
    nMin: Sequence,
    nMax: Sequence,
    isOfUse: (agreed: CheckpointDigests) => boolean = () => true,
  ): CheckpointDigests | undefined {
    for (const n of this.#newestFirst) {
      const agreed = n >= nMin && n <= nMax ? this.othersAt(n) : undefined;
      if (agreed !== undefined && isOfUse(agreed)) return agreed;
    }
    return undefined;
  }

  /**
   * The newest checkpoint from number `nMin` on that two other managers have in the durable log of one and the same
   * adopted epoch, no later than `epochMax`. Any election after that epoch reads one of them: it is part of every later
   * log, whatever a sequencer knew. Of a later epoch than one's own it need not be part of the own epoch's log.
   */
  newestCommitted(nMin: Sequence, epochMax: Epoch): CheckpointDigests | undefined {
    for (const n of this.#newestFirst) {
      const pair = n < nMin ? undefined : this.#pairAt(n, (one, two) => isCommitted(one, two, epochMax));
      if (pair !== undefined) return pair.digests;
    }
    return undefined;
  }

  /** True when that manager said what its digests are at that number. */
  hasHeard(slot: Slot, n: Sequence): boolean {
    return this.#said.get(n)?.has(slot) === true;
  }

  /** True when another manager said the same state digest of the same history at that number. */
  hasSameState({ n, historyDigest, stateDigest }: CheckpointDigests): boolean {
    const at = this.#said.get(n);
    return this.#others.some((slot) => {
      const said = at?.get(slot)?.digests;
      return said?.historyDigest === historyDigest && said.stateDigest === stateDigest;
    });
  }

  /** The other managers that said exactly this. */
  holdersOf(digests: CheckpointDigests): readonly Slot[] {
    const at = this.#said.get(digests.n);
    return this.#others.filter((slot) => {
      const said = at?.get(slot)?.digests;
      return said !== undefined && isSameCheckpoint(said, digests);
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

  get #newestFirst(): readonly Sequence[] {
    return [...this.#said.keys()].sort((a, b) => b - a);
  }

  /** The first of two other managers whose words on that number fit together. */
  #pairAt(n: Sequence, fits: (one: Said, two: Said) => boolean): Said | undefined {
    const at = this.#said.get(n);
    const said = this.#others.flatMap((slot) => at?.get(slot) ?? []);
    return said.find((one, index) => said.slice(index + 1).some((two) => fits(one, two)));
  }
}

function isCommitted(one: Said, two: Said, epochMax: Epoch): boolean {
  if (one.storedIn === null || two.storedIn === null || !isSameEpoch(one.storedIn, two.storedIn)) return false;
  return !isLaterEpoch(one.storedIn, epochMax) && isSameCheckpoint(one.digests, two.digests);
}
