import { assert } from "../../protocol/assert.ts";
import { type DayNumber, type WeekNumber, weekNumber } from "./civil-date.ts";
import { type MovieIdParts, theatreOf } from "./movie-id.ts";
import { compareShows, type ShowPosition } from "./ordering.ts";

/** One show and who is booked into it. Whoever reads it changes nothing: `Tables` does. */
export interface Show extends ShowPosition {
  readonly movieID: string;
  readonly week: WeekNumber;
  readonly capacity: number;
  /** Sum of the tickets in `bookings`. */
  readonly sold: number;
  /** By customer id. */
  readonly bookings: ReadonlyMap<string, Booking>;
  /** The shows of the same movie, date and slot in all theatres, this one included. */
  readonly simultaneous: ReadonlySet<Show>;
}

/** Tickets, at least one, that one customer holds of one show. */
export interface Booking {
  readonly customerID: string;
  readonly show: Show;
  readonly tickets: number;
}

interface BookingRecord extends Booking {
  tickets: number;
}

interface ShowRecord extends Show {
  capacity: number;
  sold: number;
  readonly bookings: Map<string, BookingRecord>;
  readonly simultaneous: Set<Show>;
}

interface Movie {
  readonly byMovieID: Map<string, ShowRecord>;
  /** The same shows, sorted as lists are. */
  readonly inOrder: ShowRecord[];
  /** The same shows by date and slot, which is a show id without its theatre. */
  readonly bySitting: Map<string, Set<Show>>;
}

interface Customer {
  readonly bookings: Set<Booking>;
  /** Distinct shows held outside the home theatre in each week; a week without any is left out. */
  readonly awayShowsByWeek: Map<WeekNumber, number>;
}

const noShows: readonly Show[] = [];

/** The whole state: shows by movie, bookings by show and by customer. Rules are not asked here, only consistency. */
export class Tables {
  readonly #movies = new Map<string, Movie>();
  readonly #customers = new Map<string, Customer>();

  /** The show that the pair of id and name stands for; both may be anything. */
  findShow(movieID: string, movieName: string): Show | undefined {
    return this.#movies.get(movieName)?.byMovieID.get(movieID);
  }

  /** Every show of every movie, in no particular order. */
  *allShows(): Iterable<Show> {
    for (const movie of this.#movies.values()) yield* movie.inOrder;
  }

  /** The shows of one movie from a date on, sorted as lists are: a new array. */
  showsOfMovieFrom(movieName: string, day: DayNumber): readonly Show[] {
    const shows = this.#movies.get(movieName)?.inOrder;
    return shows === undefined ? noShows : shows.slice(placeOf(shows, { day, slot: 0, theatre: "", movieName: "" }));
  }

  /** The bookings of one customer in no particular order: a new array. */
  bookingsOf(customerID: string): readonly Booking[] {
    return [...(this.#customers.get(customerID)?.bookings ?? [])];
  }

  /** How many distinct shows outside the home theatre a customer holds in one week. */
  awayShowsHeld(customerID: string, week: WeekNumber): number {
    return this.#customers.get(customerID)?.awayShowsByWeek.get(week) ?? 0;
  }

  /** Makes a show that is not there yet; `parts` are those of its id. */
  addShow(movieID: string, movieName: string, parts: MovieIdParts, capacity: number): Show {
    const movie = this.#movieNamed(movieName);
    assert(!movie.byMovieID.has(movieID), "a show is made once");
    const sitting = sittingOf(movieID);
    const simultaneous = movie.bySitting.get(sitting) ?? new Set();
    const week = weekNumber(parts.day);
    const show = { movieID, movieName, ...parts, week, capacity, sold: 0, bookings: new Map(), simultaneous };
    simultaneous.add(show);
    movie.bySitting.set(sitting, simultaneous);
    movie.byMovieID.set(movieID, show);
    movie.inOrder.splice(placeOf(movie.inOrder, show), 0, show);
    return show;
  }

  /** Sets the total capacity of a show, which is at least what is sold. */
  setCapacity(show: Show, capacity: number): void {
    const record = this.#record(show);
    assert(capacity >= record.sold, "a capacity is at least what is sold");
    record.capacity = capacity;
  }

  /** Takes away a show that nobody is booked into. */
  removeShow(show: Show): void {
    assert(show.bookings.size === 0, "a show that is removed has no bookings");
    const movie = this.#movieNamed(show.movieName);
    const record = this.#record(show);
    record.simultaneous.delete(record);
    if (record.simultaneous.size === 0) movie.bySitting.delete(sittingOf(show.movieID));
    movie.byMovieID.delete(show.movieID);
    movie.inOrder.splice(placeOf(movie.inOrder, show), 1);
    if (movie.inOrder.length === 0) this.#movies.delete(show.movieName);
  }

  /** Sells tickets of a show that has room for them, and returns how many the customer holds of it then. */
  addTickets(customerID: string, show: Show, tickets: number): number {
    const record = this.#record(show);
    assert(record.sold + tickets <= record.capacity, "no show is oversold");
    record.sold += tickets;
    const held = record.bookings.get(customerID);
    if (held !== undefined) {
      held.tickets += tickets;
      return held.tickets;
    }
    const booking: BookingRecord = { customerID, show, tickets };
    record.bookings.set(customerID, booking);
    const customer = this.#customers.get(customerID) ?? { bookings: new Set(), awayShowsByWeek: new Map() };
    this.#customers.set(customerID, customer);
    customer.bookings.add(booking);
    if (isAway(customerID, show)) countAway(customer, show.week, 1);
    return tickets;
  }

  /** Frees tickets that the customer holds of a show, and returns how many are left; none left is no booking. */
  takeTickets(customerID: string, show: Show, tickets: number): number {
    const record = this.#record(show);
    const held = record.bookings.get(customerID);
    assert(held !== undefined && held.tickets >= tickets, "tickets that are given up are held");
    record.sold -= tickets;
    held.tickets -= tickets;
    if (held.tickets > 0) return held.tickets;
    record.bookings.delete(customerID);
    const customer = this.#customers.get(customerID);
    assert(customer?.bookings.delete(held) === true, "a booking stands under its show and under its customer");
    if (isAway(customerID, show)) countAway(customer, show.week, -1);
    if (customer.bookings.size === 0) this.#customers.delete(customerID);
    return 0;
  }

  #movieNamed(movieName: string): Movie {
    const known = this.#movies.get(movieName);
    if (known !== undefined) return known;
    const movie: Movie = { byMovieID: new Map(), inOrder: [], bySitting: new Map() };
    this.#movies.set(movieName, movie);
    return movie;
  }

  #record(show: Show): ShowRecord {
    const record = this.#movies.get(show.movieName)?.byMovieID.get(show.movieID);
    assert(record === show, "a show is changed only while it is in the tables");
    return record;
  }
}

/** True when a show is outside the home theatre of a customer. */
export function isAway(customerID: string, show: Show): boolean {
  return theatreOf(customerID) !== show.theatre;
}

/** Seats of a show that nobody holds. */
export function availableSeats(show: Show): number {
  return show.capacity - show.sold;
}

function sittingOf(movieID: string): string {
  return movieID.slice(3);
}

/** The place of the first show that does not come before `position`, by halving. */
function placeOf(shows: readonly Show[], position: ShowPosition): number {
  let from = 0;
  let end = shows.length;
  while (from < end) {
    const middle = (from + end) >> 1;
    if (compareShows(shows[middle] as Show, position) < 0) from = middle + 1;
    else end = middle;
  }
  return from;
}

function countAway(customer: Customer, week: WeekNumber, change: 1 | -1): void {
  const count = (customer.awayShowsByWeek.get(week) ?? 0) + change;
  if (count === 0) customer.awayShowsByWeek.delete(week);
  else customer.awayShowsByWeek.set(week, count);
}
