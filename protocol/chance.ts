/** A stream of pseudo-random numbers that the same seed repeats (xorshift32, Marsaglia 2003). */
export class Chance {
  #state: number;

  /** `seed` is any 32-bit number; 0 is taken as 1. */
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** The next 32 bits, as a whole number. */
  u32(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return this.#state;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + (this.u32() % (max - min + 1));
  }

  /** True with the given probability. */
  happens(probability: number): boolean {
    return this.u32() < probability * 0x1_0000_0000;
  }
}
