import { assert } from "../../protocol/assert.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";
import { bookingRowsMax } from "./limits.ts";
import { hashOf, RowIndex } from "./row-index.ts";
import { RowPool } from "./row-pool.ts";

/** How many shows away from home each customer holds in each week. Only what is not 0 has a row. */
export class WeekTally {
  /** No more weeks than bookings. */
  readonly #pool = new RowPool(bookingRowsMax);
  readonly #index = new RowIndex();
  #customers: Column = emptyColumn();
  #weeks: Column = emptyColumn();
  #counts: Column = emptyColumn();

  /** Customers and weeks with a count that is not 0. */
  get size(): number {
    return this.#pool.inUse;
  }

  /** Shows away from home of a customer in a week. */
  count(customer: number, week: number): number {
    const row = this.#find(customer, week);
    return row === 0 ? 0 : cell(this.#counts, row);
  }

  /** Counts one show more. */
  increase(customer: number, week: number): void {
    const row = this.#find(customer, week) || this.#add(customer, week);
    this.#counts[row] = cell(this.#counts, row) + 1;
  }

  /** Counts one show less. */
  decrease(customer: number, week: number): void {
    const row = this.#find(customer, week);
    assert(row !== 0, "a show that is counted off was counted");
    const left = cell(this.#counts, row) - 1;
    this.#counts[row] = left;
    if (left > 0) return;
    this.#index.remove(hashOf(customer, week, 0), row);
    this.#pool.giveBack(row);
  }

  #find(customer: number, week: number): number {
    const index = this.#index;
    for (let slot = index.first(hashOf(customer, week, 0)); slot !== -1; slot = index.after(slot)) {
      const row = index.rowIn(slot);
      if (cell(this.#customers, row) === customer && cell(this.#weeks, row) === week) return row;
    }
    return 0;
  }

  #add(customer: number, week: number): number {
    const row = this.#pool.take();
    this.#customers = withRow(this.#customers, row, bookingRowsMax);
    this.#weeks = withRow(this.#weeks, row, bookingRowsMax);
    this.#counts = withRow(this.#counts, row, bookingRowsMax);
    this.#customers[row] = customer;
    this.#weeks[row] = week;
    this.#index.add(hashOf(customer, week, 0), row);
    return row;
  }
}
