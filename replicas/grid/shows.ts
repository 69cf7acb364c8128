import { assert } from "../../protocol/assert.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";
import { showRowsMax } from "./limits.ts";
import type { Movies } from "./movies.ts";
import { hashOf, RowIndex } from "./row-index.ts";
import { RowPool } from "./row-pool.ts";

/**
 * Every show by its row. The shows of a movie are a list in the order of their places. It is entered at its end: a show
 * is added at most seven days ahead, so it stands near there, and what is listed begins there.
 */
export class Shows {
  readonly #movies: Movies;
  readonly #pool = new RowPool(showRowsMax);
  readonly #index = new RowIndex();
  #places: Column = emptyColumn();
  #movieRows: Column = emptyColumn();
  #capacities: Column = emptyColumn();
  #sold: Column = emptyColumn();
  #earlier: Column = emptyColumn();
  #later: Column = emptyColumn();

  /** Tells `movies` which movies have shows. */
  constructor(movies: Movies) {
    this.#movies = movies;
  }

  /** Shows that there are. */
  get count(): number {
    return this.#pool.inUse;
  }

  /** The show of a movie at a place, 0 when there is none. */
  find(place: number, movie: number): number {
    const index = this.#index;
    for (let slot = index.first(hashOf(place, movie, 0)); slot !== -1; slot = index.after(slot)) {
      const row = index.rowIn(slot);
      if (cell(this.#places, row) === place && cell(this.#movieRows, row) === movie) return row;
    }
    return 0;
  }

  /** Its day, slot and theatre in one number, see `Identifiers`. */
  placeOf(show: number): number {
    return cell(this.#places, show);
  }

  /** The row of its movie. */
  movieOf(show: number): number {
    return cell(this.#movieRows, show);
  }

  /** The name of its movie. */
  nameOf(show: number): string {
    return this.#movies.nameOf(this.movieOf(show));
  }

  /** Seats, sold or free. */
  capacityOf(show: number): number {
    return cell(this.#capacities, show);
  }

  /** Tickets that customers hold. */
  soldOf(show: number): number {
    return cell(this.#sold, show);
  }

  /** Free seats. */
  availableOf(show: number): number {
    return this.capacityOf(show) - this.soldOf(show);
  }

  /** The show of the same movie before this one in the order of places, 0 for the first. */
  earlierThan(show: number): number {
    return cell(this.#earlier, show);
  }

  /** The show of the same movie after this one in the order of places, 0 for the last. */
  laterThan(show: number): number {
    return cell(this.#later, show);
  }

  /** Makes a show that is not there, with all seats free. */
  add(place: number, name: string, capacity: number): number {
    const movie = this.#movies.intern(name);
    assert(this.find(place, movie) === 0, "a movie is shown once at a place");
    const show = this.#pool.take();
    this.#makeRoom(show);
    this.#places[show] = place;
    this.#movieRows[show] = movie;
    this.#capacities[show] = capacity;
    this.#index.add(hashOf(place, movie, 0), show);
    this.#link(show, movie);
    return show;
  }

  /** Removes a show of which no ticket is held. */
  remove(show: number): void {
    assert(this.soldOf(show) === 0, "a show that is removed has no booking left");
    const movie = this.movieOf(show);
    this.#index.remove(hashOf(this.placeOf(show), movie, 0), show);
    this.#unlink(show, movie);
    this.#movieRows[show] = 0;
    this.#pool.giveBack(show);
    if (this.#movies.latestOf(movie) === 0) this.#movies.release(movie);
  }

  /** Sets the number of seats, not below what is sold. */
  setCapacity(show: number, capacity: number): void {
    assert(capacity >= this.soldOf(show), "a show has a seat for every ticket");
    this.#capacities[show] = capacity;
  }

  /** Sells tickets, or takes them back when there are less than 0. */
  sell(show: number, tickets: number): void {
    const sold = this.soldOf(show) + tickets;
    assert(sold >= 0 && sold <= this.capacityOf(show), "a show has sold no more than its seats and not less than none");
    this.#sold[show] = sold;
  }

  #makeRoom(show: number): void {
    this.#places = withRow(this.#places, show, showRowsMax);
    this.#movieRows = withRow(this.#movieRows, show, showRowsMax);
    this.#capacities = withRow(this.#capacities, show, showRowsMax);
    this.#sold = withRow(this.#sold, show, showRowsMax);
    this.#earlier = withRow(this.#earlier, show, showRowsMax);
    this.#later = withRow(this.#later, show, showRowsMax);
  }

  #link(show: number, movie: number): void {
    const place = this.placeOf(show);
    let later = 0;
    let earlier = this.#movies.latestOf(movie);
    while (earlier !== 0 && this.placeOf(earlier) > place) {
      later = earlier;
      earlier = this.earlierThan(earlier);
    }
    this.#join(earlier, show, movie);
    this.#join(show, later, movie);
  }

  #unlink(show: number, movie: number): void {
    this.#join(this.earlierThan(show), this.laterThan(show), movie);
    this.#earlier[show] = 0;
    this.#later[show] = 0;
  }

  /** Makes two shows neighbours; 0 stands for either end. */
  #join(earlier: number, later: number, movie: number): void {
    if (earlier !== 0) this.#later[earlier] = later;
    if (later !== 0) this.#earlier[later] = earlier;
    else this.#movies.setLatest(movie, earlier);
  }
}
