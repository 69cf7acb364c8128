import type { BookingRow, CanonicalState, ShowRow } from "../contract.ts";
import { compareShows } from "./order.ts";
import { type Show, ticketsHeld, type Views } from "./views.ts";

/** The canonical state that the views show. */
export function canonicalState(views: Views): CanonicalState {
  const shows = [...views.movies.values()].flatMap((movie) => movie.programme).sort(compareShows);
  const bookings: BookingRow[] = [];
  for (const show of shows) {
    for (const customerID of holdersInOrder(show)) {
      bookings.push([customerID, show.movieID, show.movieName, ticketsHeld(show, customerID)]);
    }
  }
  return [shows.map((show): ShowRow => [show.movieID, show.movieName, show.capacity]), bookings];
}

/** The customers who hold tickets of a show, in order of id: ASCII, where the order of UTF-16 units is that of characters. */
export function holdersInOrder(show: Show): readonly string[] {
  return [...show.holders.keys()].sort();
}
