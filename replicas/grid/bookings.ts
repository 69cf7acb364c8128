import { assert } from "../../protocol/assert.ts";
import { weekOfDay } from "./calendar.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";
import type { Identifiers } from "./identifiers.ts";
import { bookingRowsMax, showRowsMax } from "./limits.ts";
import { hashOf, RowIndex } from "./row-index.ts";
import { RowLists } from "./row-lists.ts";
import { RowPool } from "./row-pool.ts";
import type { Shows } from "./shows.ts";
import { WeekTally } from "./week-tally.ts";

/**
 * What customers hold: a booking is the row of one customer and one show. Its hash is taken from the customer, the time
 * and the movie, without the theatre, so that one search finds it and its twins: the same movie at the same time elsewhere.
 */
export class Bookings {
  readonly #ids: Identifiers;
  readonly #shows: Shows;
  readonly #pool = new RowPool(bookingRowsMax);
  readonly #index = new RowIndex();
  readonly #ofShows = new RowLists({ listsMax: showRowsMax, rowsMax: bookingRowsMax });
  readonly #ofCustomers: RowLists;
  readonly #awayShows = new WeekTally();
  #customers: Column = emptyColumn();
  #showRows: Column = emptyColumn();
  #tickets: Column = emptyColumn();

  /** Sells and takes back the seats of `shows`. */
  constructor(ids: Identifiers, shows: Shows) {
    this.#ids = ids;
    this.#shows = shows;
    this.#ofCustomers = new RowLists({ listsMax: ids.customersMax, rowsMax: bookingRowsMax });
  }

  /** Bookings that there are. */
  get count(): number {
    return this.#pool.inUse;
  }

  /** What a customer holds of a show, 0 when it is nothing. */
  find(customer: number, show: number): number {
    const index = this.#index;
    for (let slot = index.first(this.#hash(customer, show)); slot !== -1; slot = index.after(slot)) {
      const row = index.rowIn(slot);
      if (cell(this.#customers, row) === customer && cell(this.#showRows, row) === show) return row;
    }
    return 0;
  }

  /** True when a customer holds the same movie at the same time in another theatre; the booking `except` does not count. */
  isHeldElsewhere(customer: number, show: number, except: number): boolean {
    const index = this.#index;
    for (let slot = index.first(this.#hash(customer, show)); slot !== -1; slot = index.after(slot)) {
      const row = index.rowIn(slot);
      if (row !== except && cell(this.#customers, row) === customer && this.#isTwin(show, cell(this.#showRows, row))) {
        return true;
      }
    }
    return false;
  }

  /** Distinct shows away from home that a customer holds in the week of a show. */
  awayShowsAround(customer: number, show: number): number {
    return this.#awayShows.count(customer, this.weekOf(show));
  }

  /** True when a show is not in a customer's home theatre. */
  isAway(customer: number, show: number): boolean {
    return this.#ids.theatreOf(this.#shows.placeOf(show)) !== this.#ids.homeOf(customer);
  }

  /** The week of a show. */
  weekOf(show: number): number {
    return weekOfDay(this.#ids.dayOf(this.#shows.placeOf(show)));
  }

  /** Who holds a booking. */
  customerOf(booking: number): number {
    return cell(this.#customers, booking);
  }

  /** The show of a booking. */
  showOf(booking: number): number {
    return cell(this.#showRows, booking);
  }

  /** The tickets of a booking; 0 for booking 0. */
  ticketsOf(booking: number): number {
    return cell(this.#tickets, booking);
  }

  /** The bookings of a show in the order of customers. */
  ofShow(show: number): readonly number[] {
    const keys: number[] = [];
    for (let row = this.#ofShows.first(show); row !== 0; row = this.#ofShows.after(row)) {
      keys.push(this.customerOf(row) * bookingRowsMax + row);
    }
    const rows: number[] = [];
    for (const key of new Float64Array(keys).sort()) rows.push(key % bookingRowsMax);
    return rows;
  }

  /** The bookings of a customer in no order. */
  ofCustomer(customer: number): readonly number[] {
    const rows: number[] = [];
    for (let row = this.#ofCustomers.first(customer); row !== 0; row = this.#ofCustomers.after(row)) rows.push(row);
    return rows;
  }

  /** Adds tickets, which the show has room for, to what a customer holds of it, and answers the booking. */
  add(customer: number, show: number, tickets: number): number {
    assert(tickets > 0, "tickets are added");
    this.#shows.sell(show, tickets);
    const booking = this.find(customer, show) || this.#make(customer, show);
    this.#tickets[booking] = this.ticketsOf(booking) + tickets;
    return booking;
  }

  /** Takes tickets out of a booking and answers how many are left; a booking of 0 is gone. */
  take(booking: number, tickets: number): number {
    const left = this.ticketsOf(booking) - tickets;
    assert(tickets > 0 && left >= 0, "no more tickets are taken than are held");
    this.#shows.sell(this.showOf(booking), -tickets);
    this.#tickets[booking] = left;
    if (left === 0) this.#release(booking);
    return left;
  }

  #make(customer: number, show: number): number {
    const row = this.#pool.take();
    this.#customers = withRow(this.#customers, row, bookingRowsMax);
    this.#showRows = withRow(this.#showRows, row, bookingRowsMax);
    this.#tickets = withRow(this.#tickets, row, bookingRowsMax);
    this.#customers[row] = customer;
    this.#showRows[row] = show;
    this.#index.add(this.#hash(customer, show), row);
    this.#ofShows.add(show, row);
    this.#ofCustomers.add(customer, row);
    if (this.isAway(customer, show)) this.#awayShows.increase(customer, this.weekOf(show));
    return row;
  }

  #release(row: number): void {
    const customer = this.customerOf(row);
    const show = this.showOf(row);
    this.#index.remove(this.#hash(customer, show), row);
    this.#ofShows.remove(show, row);
    this.#ofCustomers.remove(customer, row);
    if (this.isAway(customer, show)) this.#awayShows.decrease(customer, this.weekOf(show));
    this.#showRows[row] = 0;
    this.#pool.giveBack(row);
  }

  #hash(customer: number, show: number): number {
    return hashOf(customer, this.#ids.timeOf(this.#shows.placeOf(show)), this.#shows.movieOf(show));
  }

  #isTwin(show: number, other: number): boolean {
    if (show === other || this.#shows.movieOf(show) !== this.#shows.movieOf(other)) return false;
    return this.#ids.timeOf(this.#shows.placeOf(show)) === this.#ids.timeOf(this.#shows.placeOf(other));
  }
}
