import type { Day, IsoWeek } from "./calendar.ts";
import type { Showtime } from "./show-id.ts";

/** A show as the facts so far have made it. */
export interface Show extends Showtime {
  readonly movieID: string;
  readonly movieName: string;
  readonly week: IsoWeek;
  /** Key of movie, date and slot: equal for the shows of a movie that run at the same time in several theatres. */
  readonly occasion: string;
  readonly capacity: number;
  /** The sum of `holders`. */
  readonly sold: number;
  /** Tickets by customer, at least 1 each. */
  readonly holders: ReadonlyMap<string, number>;
}

/** The shows of one movie name; there is at least one. */
export interface Movie {
  readonly shows: ReadonlyMap<string, Show>;
  /** The same shows in the order of lists. */
  readonly programme: readonly Show[];
}

/** A customer who holds tickets of at least one show. */
export interface Customer {
  readonly home: string;
  /** The shows held, at least 1 of each occasion; more than 1 are in several theatres. */
  readonly held: ReadonlyMap<string, readonly Show[]>;
  /** Shows held outside the home theatre in each week, at least 1. */
  readonly weeksAway: ReadonlyMap<IsoWeek, number>;
}

/** All views of the journal. Who reads them cannot edit them: they change by folding alone. */
export interface Views {
  readonly movies: ReadonlyMap<string, Movie>;
  readonly customers: ReadonlyMap<string, Customer>;
}

/** The show of that id and movie name. */
export function findShow(views: Views, movieID: string, movieName: string): Show | undefined {
  return views.movies.get(movieName)?.shows.get(movieID);
}

/** Tickets that a customer holds of a show, 0 for none. */
export function ticketsHeld(show: Show, customerID: string): number {
  return show.holders.get(customerID) ?? 0;
}

/** Free seats of a show. */
export function seatsAvailable(show: Show): number {
  return show.capacity - show.sold;
}

/** Where in a programme the first show stands that is on that day or later. */
export function indexOfDay(programme: readonly Show[], day: Day): number {
  return partition(programme, (show) => show.day < day);
}

/** How many items from the first on pass the test, in a list where those that pass come first. */
export function partition<Item>(items: readonly Item[], passes: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(items[middle] as Item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
