import { assert } from "../../protocol/assert.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";

/** How many lists there can be and how many rows, 0 included in both. */
export interface RowListsSize {
  readonly listsMax: number;
  readonly rowsMax: number;
}

/** Doubly linked lists through rows: each row is in at most one list, and joins or leaves it in constant time. */
export class RowLists {
  readonly #size: RowListsSize;
  #heads: Column = emptyColumn();
  #next: Column = emptyColumn();
  #previous: Column = emptyColumn();

  /** Takes no room before a row joins. */
  constructor(size: RowListsSize) {
    this.#size = size;
  }

  /** The row at the head of a list: the one that joined last; 0 when the list is empty. */
  first(list: number): number {
    return list < this.#heads.length ? cell(this.#heads, list) : 0;
  }

  /** The row behind another in the same list, 0 at the end. */
  after(row: number): number {
    return cell(this.#next, row);
  }

  /** Puts a row that is in no list at the head of one. */
  add(list: number, row: number): void {
    this.#heads = withRow(this.#heads, list, this.#size.listsMax);
    this.#next = withRow(this.#next, row, this.#size.rowsMax);
    this.#previous = withRow(this.#previous, row, this.#size.rowsMax);
    const head = cell(this.#heads, list);
    this.#next[row] = head;
    this.#previous[row] = 0;
    if (head !== 0) this.#previous[head] = row;
    this.#heads[list] = row;
  }

  /** Takes a row out of its list. */
  remove(list: number, row: number): void {
    const next = cell(this.#next, row);
    const previous = cell(this.#previous, row);
    if (previous === 0) {
      assert(cell(this.#heads, list) === row, "a row without one before it is the head of its list");
      this.#heads[list] = next;
    } else {
      assert(cell(this.#next, previous) === row, "neighbours in a list know each other");
      this.#next[previous] = next;
    }
    if (next !== 0) this.#previous[next] = previous;
    this.#next[row] = 0;
    this.#previous[row] = 0;
  }
}
