import { assert } from "../../protocol/assert.ts";
import type { BookingRow, CanonicalState, ShowRow } from "../contract.ts";
import { readCount } from "./arguments.ts";
import { type Identifiers, malformed } from "./identifiers.ts";
import { movieRowsMax } from "./limits.ts";
import { compareCodePoints, isMovieName } from "./movie-name.ts";
import { makeState, type State } from "./state.ts";

/** The canonical state, in n log n time; texts that are equal are one text. */
export function exportCanonical(state: State): CanonicalState {
  const { ids, shows, bookings } = state;
  const customerIds = new Map<number, string>();
  const showRows: ShowRow[] = [];
  const bookingRows: BookingRow[] = [];
  for (const show of sortedShows(state)) {
    const movieID = ids.movieId(shows.placeOf(show));
    const movieName = shows.nameOf(show);
    showRows.push([movieID, movieName, shows.capacityOf(show)]);
    for (const booking of bookings.ofShow(show)) {
      const customer = bookings.customerOf(booking);
      const customerID = customerIds.get(customer) ?? ids.customerId(customer);
      customerIds.set(customer, customerID);
      bookingRows.push([customerID, movieID, movieName, bookings.ticketsOf(booking)]);
    }
  }
  assert(bookingRows.length === bookings.count, "every booking is in the list of its show");
  return [showRows, bookingRows];
}

/** A new state from a canonical one. One that no right replica exports fails an assertion. */
export function importCanonical(ids: Identifiers, [showRows, bookingRows]: CanonicalState): State {
  const state = makeState(ids);
  const { shows, bookings } = state;
  for (const [movieID, movieName, capacity] of showRows) {
    const place = ids.readPlace(movieID);
    const isSound = place !== malformed && isMovieName(movieName) && readCount(capacity) !== malformed;
    assert(isSound, "an imported show is well-formed");
    shows.add(place, movieName, capacity);
  }
  let show = 0;
  let before: BookingRow | undefined;
  for (const row of bookingRows) {
    const [customerID, movieID, movieName, tickets] = row;
    // The bookings of a show stand together.
    if (before?.[1] !== movieID || before[2] !== movieName) show = findShow(state, movieID, movieName);
    before = row;
    const customer = ids.readCustomer(customerID);
    assert(customer !== malformed && readCount(tickets) !== malformed, "an imported booking is well-formed");
    const { count } = bookings;
    bookings.add(customer, show, tickets);
    assert(bookings.count === count + 1, "a customer has one booking of a show");
  }
  return state;
}

function findShow({ ids, movies, shows }: State, movieID: string, movieName: string): number {
  const show = shows.find(ids.readPlace(movieID), movies.read(movieName));
  assert(show !== 0, "an imported booking is of an imported show");
  return show;
}

/** Every show in the order of lists: sorted as one number each, of the place and the rank of the movie's name. */
function sortedShows({ movies, shows }: State): readonly number[] {
  const ranked = [...movies.rows()].sort((a, b) => compareCodePoints(movies.nameOf(a), movies.nameOf(b)));
  const keys = new Float64Array(shows.count);
  let at = 0;
  for (const [rank, movie] of ranked.entries()) {
    for (let show = movies.latestOf(movie); show !== 0; show = shows.earlierThan(show)) {
      keys[at] = showKey(shows.placeOf(show), rank);
      at += 1;
    }
  }
  assert(at === keys.length, "every show is in the list of its movie");
  keys.sort();
  return Array.from(keys, (key) => {
    const movie = ranked[key % movieRowsMax];
    assert(movie !== undefined, "a rank is that of a movie");
    return shows.find(Math.floor(key / movieRowsMax), movie);
  });
}

/** A place is below 2^31 and a rank below 2^22, so that their key is exact below 2^53. */
function showKey(place: number, rank: number): number {
  return place * movieRowsMax + rank;
}
