import type { Digest, Epoch, InstantMs, Sequence, Slot } from "../protocol/ids.ts";
import { slots } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { CheckpointDigests } from "../protocol/message.ts";

/** The state of a replica at one point of the order, as JSON, with its digests. */
export interface Snapshot {
  readonly digests: CheckpointDigests;
  readonly epoch: Epoch;
  readonly time: InstantMs;
  readonly state: string;
}

/** What each manager said its digests are at each checkpoint, and the snapshots of this one. */
export class CheckpointBook {
  readonly #slot: Slot;
  readonly #limits: Limits;
  readonly #said = new Map<Sequence, Map<Slot, CheckpointDigests>>();
  #snapshots: Snapshot[] = [];

  constructor(slot: Slot, limits: Limits) {
    this.#slot = slot;
    this.#limits = limits;
  }

  /** The newest checkpoint of this manager. */
  get newest(): CheckpointDigests | null {
    return this.#snapshots.at(-1)?.digests ?? null;
  }

  /** Takes note of what a manager says. */
  note(slot: Slot, digests: CheckpointDigests): void {
    const at = this.#said.get(digests.n) ?? new Map<Slot, CheckpointDigests>();
    at.set(slot, digests);
    this.#said.set(digests.n, at);
    if (this.#said.size > this.#limits.checkpointDigestsMax) this.#said.delete(Math.min(...this.#said.keys()));
  }

  /** Keeps a snapshot of this manager, and returns the number up to which the log is no longer needed. */
  keep(snapshot: Snapshot): Sequence {
    this.#snapshots = this.#snapshots.filter((kept) => kept.digests.n < snapshot.digests.n);
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length > this.#limits.snapshotsMax) this.#snapshots.shift();
    return this.#snapshots[0]?.digests.n ?? 0;
  }

  /** The own snapshot with exactly these digests. */
  snapshotOf(digests: CheckpointDigests): Snapshot | undefined {
    return this.#snapshots.find((kept) => isSameCheckpoint(kept.digests, digests));
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

  /** The newest checkpoint from number `nMin` on that two other managers agree on. */
  newestOfOthers(nMin: Sequence): CheckpointDigests | undefined {
    for (const n of [...this.#said.keys()].sort((a, b) => b - a)) {
      const agreed = n >= nMin ? this.othersAt(n) : undefined;
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

  /** Forgets what this manager said: its replica is not the one any more that said it. */
  forgetOwn(): void {
    for (const at of this.#said.values()) at.delete(this.#slot);
  }
}

/** True when number, history, state and client table are the same. */
export function isSameCheckpoint(a: CheckpointDigests, b: CheckpointDigests): boolean {
  return a.n === b.n && digestsOf(a) === digestsOf(b);
}

function digestsOf(checkpoint: CheckpointDigests): Digest {
  return `${checkpoint.historyDigest} ${checkpoint.stateDigest} ${checkpoint.tableDigest}`;
}
