import type { Incarnation, InstantMs, Slot } from "../protocol/ids.ts";

/** A manager whose data is not part of the configuration. */
export interface Stranger {
  readonly slot: Slot;
  readonly incarnation: Incarnation;
  readonly firstAt: InstantMs;
  readonly lastAt: InstantMs;
  /** An operator wants it in at once. */
  readonly isWanted: boolean;
}

/** Strangers that ask to join, one a slot at most; who is silent for `forgetMs` is forgotten. */
export class Strangers {
  readonly #forgetMs: number;
  readonly #strangers = new Map<Slot, Stranger>();

  constructor(forgetMs: number) {
    this.#forgetMs = forgetMs;
  }

  /** Takes note of one; returns true when it was not known. */
  hear(now: InstantMs, slot: Slot, incarnation: Incarnation): boolean {
    const known = this.find(now, slot);
    const isKnown = known?.incarnation === incarnation;
    const stranger = isKnown
      ? { ...known, lastAt: now }
      : { slot, incarnation, firstAt: now, lastAt: now, isWanted: false };
    this.#strangers.set(slot, stranger);
    return !isKnown;
  }

  /** An operator wants the one in that slot; returns false when there is none. */
  want(now: InstantMs, slot: Slot): boolean {
    const stranger = this.find(now, slot);
    if (stranger !== undefined) this.#strangers.set(slot, { ...stranger, isWanted: true });
    return stranger !== undefined;
  }

  /** It is a stranger no longer. */
  forget(slot: Slot): void {
    this.#strangers.delete(slot);
  }

  find(now: InstantMs, slot: Slot): Stranger | undefined {
    const stranger = this.#strangers.get(slot);
    return stranger !== undefined && now - stranger.lastAt < this.#forgetMs ? stranger : undefined;
  }

  /** Those that are still heard, by slot. */
  all(now: InstantMs): readonly Stranger[] {
    const heard = [...this.#strangers.keys()].map((slot) => this.find(now, slot));
    return heard.filter((one) => one !== undefined).sort((a, b) => a.slot - b.slot);
  }
}
