/** A running digest of everything that happened, to tell two runs apart (FNV-1a, twice 32 bits). */
export class Trace {
  #high = 0x811c9dc5;
  #low = 0x01000193;
  steps = 0;

  /** Takes one step of one process in. */
  add(line: string): void {
    this.steps++;
    for (let index = 0; index < line.length; index++) {
      this.#high = Math.imul(this.#high ^ line.charCodeAt(index), 0x01000193);
      this.#low = Math.imul(this.#low ^ line.charCodeAt(index), 0x85ebca6b);
    }
  }

  /** The digest so far, in hexadecimal. */
  get digest(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
