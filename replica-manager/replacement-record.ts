import type { InstantMs } from "../protocol/ids.ts";
import type { Replacement } from "../protocol/message.ts";

/** Characters of a cause that are told: a replica may have written any part of it, and a longer one is no message. */
const causeCharsMax = 256;

/** How often the replica of a manager was replaced, and how the last time went. */
export class ReplacementRecord {
  #count = 0;
  #last: Replacement | null = null;

  get count(): number {
    return this.#count;
  }

  get last(): Replacement | null {
    return this.#last;
  }

  /** A replica that voted ended for a cause, and `to` comes in its place. */
  begin(now: InstantMs, cause: string, from: string, to: string): void {
    const told = cause.replace(/[^ -~]/g, "?").slice(0, causeCharsMax);
    this.#last = { cause: told, from, to, at: now, tookMs: null };
  }

  /** The one in its place did not come to vote, and `to` is the next. */
  goOn(to: string): void {
    if (this.#last !== null) this.#last = { ...this.#last, to };
  }

  /** The replica votes; true when that ends a replacement. */
  end(now: InstantMs, to: string): boolean {
    if (this.#last === null || this.#last.tookMs !== null) return false;
    this.#count++;
    this.#last = { ...this.#last, to, tookMs: now - this.#last.at };
    return true;
  }
}
