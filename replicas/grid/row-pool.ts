import { assert } from "../../protocol/assert.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";

/** Gives out row numbers from 1 on; a row that was given back is given out before a new one. */
export class RowPool {
  readonly #rowsMax: number;
  /** The rows that were given back, as a stack. */
  #free: Column = emptyColumn();
  #freeCount = 0;
  #highest = 0;

  /** `rowsMax` counts row 0, which is never given out. */
  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax;
  }

  /** The largest row ever given out: columns need no more than that. */
  get highest(): number {
    return this.#highest;
  }

  /** Rows that are given out now. */
  get inUse(): number {
    return this.#highest - this.#freeCount;
  }

  /** A row that nobody has. */
  take(): number {
    if (this.#freeCount > 0) {
      this.#freeCount -= 1;
      return cell(this.#free, this.#freeCount);
    }
    assert(this.#highest + 1 < this.#rowsMax, `at most ${this.#rowsMax} rows are in use`);
    this.#highest += 1;
    return this.#highest;
  }

  /** Takes a row back; whoever had it has set its cells to 0. */
  giveBack(row: number): void {
    assert(row >= 1 && row <= this.#highest && this.inUse > 0, "a row was given out before it comes back");
    this.#free = withRow(this.#free, this.#freeCount, this.#rowsMax);
    this.#free[this.#freeCount] = row;
    this.#freeCount += 1;
  }
}
