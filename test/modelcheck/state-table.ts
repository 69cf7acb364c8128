/** Global states in the order in which they were found: for each the states of its processes, and where it came from. */
export class StateTable {
  readonly #width: number;
  #rows: Uint32Array;
  #parents: Int32Array;
  /** Open addressing: row + 1, or 0. */
  #index = new Int32Array(1 << 16);
  #count = 0;

  /** `width` is the number of processes. */
  constructor(width: number) {
    this.#width = width;
    this.#rows = new Uint32Array(width << 12);
    this.#parents = new Int32Array(1 << 12);
  }

  get count(): number {
    return this.#count;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#rows.byteLength + this.#parents.byteLength + this.#index.byteLength;
  }

  parent(row: number): number {
    return this.#parents[row] as number;
  }

  /** Copies a state into `ids`. */
  read(row: number, ids: number[]): void {
    for (let at = 0; at < this.#width; at++) ids[at] = this.#rows[row * this.#width + at] as number;
  }

  /** Adds a state; returns false where it is known. */
  add(ids: readonly number[], parent: number): boolean {
    if (2 * this.#count >= this.#index.length) this.#growIndex();
    const mask = this.#index.length - 1;
    let slot = hashOf(ids) & mask;
    for (; this.#index[slot] !== 0; slot = (slot + 1) & mask) {
      if (this.#isRow((this.#index[slot] as number) - 1, ids)) return false;
    }
    if (this.#count === this.#parents.length) this.#growRows();
    this.#rows.set(ids, this.#count * this.#width);
    this.#parents[this.#count] = parent;
    this.#index[slot] = ++this.#count;
    return true;
  }

  #isRow(row: number, ids: readonly number[]): boolean {
    const start = row * this.#width;
    for (let at = 0; at < this.#width; at++) if (this.#rows[start + at] !== ids[at]) return false;
    return true;
  }

  #growRows(): void {
    const rows = new Uint32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
    const parents = new Int32Array(this.#parents.length * 2);
    parents.set(this.#parents);
    this.#parents = parents;
  }

  #growIndex(): void {
    const index = new Int32Array(this.#index.length * 2);
    const mask = index.length - 1;
    const ids: number[] = [];
    for (let row = 0; row < this.#count; row++) {
      this.read(row, ids);
      let slot = hashOf(ids) & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = row + 1;
    }
    this.#index = index;
  }
}

function hashOf(ids: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const id of ids) {
    hash = Math.imul(hash ^ id, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return (hash ^ (hash >>> 13)) >>> 0;
}
