import { AssertionFailed, assert } from "../../protocol/assert.ts";
import { cell } from "./columns.ts";

const firstSlots = 16;
/** 32 bits of hash address no more than this. */
const slotsMax = 2 ** 28;

/**
 * Finds rows by a hash of what is in them: open addressing with linear probing, at most two thirds full. Several rows may
 * have one hash, and whoever asks compares what is in them. A slot is two neighbouring numbers, hash and row, so that a
 * probe touches one cache line; row 0 marks a free slot.
 */
export class RowIndex {
  #cells = new Int32Array(2 * firstSlots);
  #mask = firstSlots - 1;
  #count = 0;

  /** Rows in the index. */
  get count(): number {
    return this.#count;
  }

  /** The first slot whose row has this hash, -1 when there is none. Slots are valid until the next change. */
  first(hash: number): number {
    return this.#seek(hash, hash & this.#mask);
  }

  /** The next slot whose row has the same hash as that of a slot, -1 when there is none. */
  after(slot: number): number {
    return this.#seek(cell(this.#cells, 2 * slot), (slot + 1) & this.#mask);
  }

  /** The row in a slot that is not free. */
  rowIn(slot: number): number {
    return cell(this.#cells, 2 * slot + 1);
  }

  /** Adds a row, which is not in the index. */
  add(hash: number, row: number): void {
    assert(row > 0, "row 0 is nobody's");
    if (3 * (this.#count + 1) > 2 * (this.#mask + 1)) this.#double();
    this.#put(hash, row);
    this.#count += 1;
  }

  /** Removes a row, which was added with this hash. */
  remove(hash: number, row: number): void {
    let slot = this.first(hash);
    while (slot !== -1 && this.rowIn(slot) !== row) slot = this.after(slot);
    if (slot === -1) throw new AssertionFailed("a row is removed with the hash that it was added with");
    this.#count -= 1;
    this.#close(slot);
  }

  #seek(hash: number, start: number): number {
    for (let slot = start; ; slot = (slot + 1) & this.#mask) {
      if (this.rowIn(slot) === 0) return -1;
      if (cell(this.#cells, 2 * slot) === hash) return slot;
    }
  }

  #put(hash: number, row: number): void {
    let slot = hash & this.#mask;
    while (this.rowIn(slot) !== 0) slot = (slot + 1) & this.#mask;
    this.#cells[2 * slot] = hash;
    this.#cells[2 * slot + 1] = row;
  }

  /** Later rows of the cluster move up into a freed slot unless that lies before the slot at which their probe begins. */
  #close(freed: number): void {
    let gap = freed;
    for (let slot = (gap + 1) & this.#mask; this.rowIn(slot) !== 0; slot = (slot + 1) & this.#mask) {
      const fromHome = (slot - cell(this.#cells, 2 * slot)) & this.#mask;
      const fromGap = (slot - gap) & this.#mask;
      if (fromHome < fromGap) continue;
      this.#cells.copyWithin(2 * gap, 2 * slot, 2 * slot + 2);
      gap = slot;
    }
    this.#cells[2 * gap + 1] = 0;
  }

  #double(): void {
    const cells = this.#cells;
    assert(cells.length < 2 * slotsMax, `an index has at most ${slotsMax} slots`);
    this.#cells = new Int32Array(2 * cells.length);
    this.#mask = cells.length - 1;
    for (let at = 0; at < cells.length; at += 2) {
      const row = cell(cells, at + 1);
      if (row !== 0) this.#put(cell(cells, at), row);
    }
  }
}

/**
 * One 32-bit number (signed) from three: equal numbers give equal ones, and close ones give ones far apart, in the low
 * bits too. Multiplication spreads to the left, the shifts spread to the right; the factors are odd and otherwise arbitrary.
 */
export function hashOf(a: number, b: number, c: number): number {
  let hash = Math.imul(a, 0x2545_f491) ^ Math.imul(b, 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) + c;
  hash = Math.imul(hash ^ (hash >>> 16), 0x297a_2d39);
  hash = Math.imul(hash ^ (hash >>> 13), 0x1b56_c4e9);
  return hash ^ (hash >>> 16);
}
