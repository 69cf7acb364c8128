import type { CheckpointDigests } from "../protocol/checkpoint.ts";
import { type InstantMs, otherSlots, type Sequence, type Slot } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { CheckpointBook } from "./checkpoint-book.ts";

/** How a state stands that two others contradict: it is wrong, or two against two, or the fourth has yet to speak. */
export type Standing = "wrong" | "tied" | "open";

/**
 * Weighs an own state digest that two other managers contradict. Where the third of the others has the same one, it is
 * two against two, and nobody can tell who is right; so that one is waited for a while, and so is the word of the others
 * on an own checkpoint that is newer.
 */
export class Dissent {
  readonly #book: CheckpointBook;
  readonly #others: readonly Slot[];
  readonly #waitMs: number;
  /** The newest checkpoint that waits to be weighed again. */
  #n: Sequence = 0;
  #until: InstantMs = Number.POSITIVE_INFINITY;
  /** The one that has waited long enough. */
  #waited: Sequence = 0;

  constructor(book: CheckpointBook, slot: Slot, limits: Limits) {
    this.#book = book;
    this.#others = otherSlots(slot);
    this.#waitMs = limits.dissentMs;
  }

  /** When waiting for the fourth is over. */
  get deadline(): InstantMs {
    return this.#until;
  }

  /** How the own state at that checkpoint stands, which two others contradict. */
  weigh(now: InstantMs, own: CheckpointDigests): Standing {
    if (this.#book.hasSameState(own)) {
      this.forget();
      return "tied";
    }
    // What was wrong at one checkpoint may be right at a later one, and that is what counts.
    const isTold = !this.#book.hasOwnBehind(own.n) && this.#others.every((slot) => this.#book.hasHeard(slot, own.n));
    if (own.n === this.#waited || isTold) return "wrong";
    this.#n = own.n;
    // Where checkpoints come faster than the wait is long, it is not begun again at each of them.
    this.#until = Math.min(this.#until, now + this.#waitMs);
    return "open";
  }

  /** Ends the wait; gives the checkpoint that is to be weighed now. */
  expire(): Sequence {
    this.#waited = this.#n;
    this.forget();
    return this.#waited;
  }

  /** The state agrees at that checkpoint: what waits is of no account unless it is newer. */
  agree(n: Sequence): void {
    if (n >= this.#n) this.forget();
  }

  /** There is nothing to wait for: nobody can tell, or the state is no longer the own one. */
  forget(): void {
    this.#until = Number.POSITIVE_INFINITY;
  }
}
