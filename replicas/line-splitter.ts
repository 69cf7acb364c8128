/** Cuts a stream of text into lines, however the stream was cut into chunks. A line ends with a line feed. */
export class LineSplitter {
  readonly #lineCharsMax: number;
  #parts: string[] = [];
  #partsChars = 0;

  /** `lineCharsMax` bounds what is kept of a line that has no end yet. */
  constructor(lineCharsMax: number) {
    this.#lineCharsMax = lineCharsMax;
  }

  /** The lines that end in this chunk, without their line feeds; `undefined` once a line is too long. */
  push(chunk: string): readonly string[] | undefined {
    const first = chunk.indexOf("\n");
    if (first < 0) return this.#keep(chunk) ? [] : undefined;
    if (!this.#keep(chunk.slice(0, first))) return undefined;
    // Parts are joined once, so that a long line in many chunks costs its length and not its square.
    const lines = [this.#parts.join("")];
    this.#parts = [];
    this.#partsChars = 0;
    let start = first + 1;
    for (let end = chunk.indexOf("\n", start); end >= 0; end = chunk.indexOf("\n", start)) {
      lines.push(chunk.slice(start, end));
      start = end + 1;
    }
    return this.#keep(chunk.slice(start)) ? lines : undefined;
  }

  #keep(part: string): boolean {
    this.#partsChars += part.length;
    if (this.#partsChars > this.#lineCharsMax) return false;
    if (part.length > 0) this.#parts.push(part);
    return true;
  }
}
