/** A running digest of everything that happened, to tell two runs apart (FNV-1a, twice 32 bits). */
export class Trace {
  #high = 0x811c9dc5;
  #low = 0x01000193;
  readonly #words = new Map<string, number>();
  steps = 0;

  /** Takes one step of one process in: what came, and what it did. */
  step(
    now: number,
    name: string,
    input: { readonly kind: string },
    effects: readonly { readonly kind: string; readonly message?: { readonly kind: string } }[],
  ): void {
    this.steps++;
    this.#mix(now);
    this.#mix(this.#number(name));
    this.#mix(this.#number(input.kind));
    for (const effect of effects) this.#mix(this.#number(effect.message?.kind ?? effect.kind));
  }

  /** Takes any words in. */
  add(text: string): void {
    this.#mix(this.#number(text));
  }

  /** The digest so far, in hexadecimal. */
  get digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #mix(value: number): void {
    this.#high = Math.imul(this.#high ^ value, 0x01000193);
    this.#low = Math.imul(this.#low ^ value, 0x85ebca6b) ^ (this.#high >>> 15);
  }

  #number(word: string): number {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    let value = 0x811c9dc5;
    for (let index = 0; index < word.length; index++) value = Math.imul(value ^ word.charCodeAt(index), 0x01000193);
    this.#words.set(word, value);
    return value;
  }
}
