import { assert } from "../../protocol/assert.ts";
import type { BookingRow, CanonicalState, ShowRow } from "../contract.ts";
import { parseMovieID } from "./movie-id.ts";
import { compareCodePoints, compareShows } from "./ordering.ts";
import { Tables } from "./tables.ts";

/** The canonical state that the tables stand for: a new value that later changes do not touch. */
export function exportTables(tables: Tables): CanonicalState {
  const shows: ShowRow[] = [];
  const bookings: BookingRow[] = [];
  for (const show of [...tables.allShows()].sort(compareShows)) {
    const { movieID, movieName } = show;
    shows.push([movieID, movieName, show.capacity]);
    for (const customerID of [...show.bookings.keys()].sort(compareCodePoints)) {
      bookings.push([customerID, movieID, movieName, show.bookings.get(customerID)?.tickets ?? 0]);
    }
  }
  return [shows, bookings];
}

/**
 * New tables that stand for a canonical state. A theatre that is not in the configuration is kept: what is stored must
 * come out again as it came in. Throws `AssertionFailed` for a state that no requests lead to.
 */
export function importTables([shows, bookings]: CanonicalState): Tables {
  const tables = new Tables();
  for (const [movieID, movieName, capacity] of shows) {
    const parts = parseMovieID(movieID);
    assert(parts !== undefined, "a stored show has a well-formed id");
    tables.addShow(movieID, movieName, parts, capacity);
  }
  for (const [customerID, movieID, movieName, numberOfTickets] of bookings) {
    const show = tables.findShow(movieID, movieName);
    assert(show !== undefined, "a stored booking is for a stored show");
    tables.addTickets(customerID, show, numberOfTickets);
  }
  return tables;
}
