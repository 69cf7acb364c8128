import type { Limits } from "../protocol/limits.ts";

const repliesOfLate = 256;

/** How long a front end waits for one manager: twice the slowest good reply of late, within limits. */
export class Patience {
  readonly #limits: Limits;
  readonly #took: number[] = [];
  #next = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes note of a good reply and of how long it took. */
  note(tookMs: number): void {
    this.#took[this.#next] = tookMs;
    this.#next = (this.#next + 1) % repliesOfLate;
  }

  /** Milliseconds of patience now. */
  get ms(): number {
    const [min, max] = this.#limits.patienceMs;
    let slowest = 0;
    for (const tookMs of this.#took) slowest = Math.max(slowest, tookMs);
    return Math.min(max, Math.max(min, 2 * slowest));
  }
}
