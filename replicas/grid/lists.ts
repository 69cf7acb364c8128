import type { AnswerOf, ListedShow } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import { malformed } from "./identifiers.ts";
import { compareCodePoints } from "./movie-name.ts";
import { refuse } from "./refusal.ts";
import type { State } from "./state.ts";

/** `listMovieShowsAvailability`: the shows of a movie from the business date on, whose number is `today`. */
export function listShows(
  { ids, movies, shows }: State,
  args: ArgumentsOf["listMovieShowsAvailability"],
  today: number,
): AnswerOf<"listMovieShowsAvailability"> {
  const movie = movies.read(args.movieName);
  if (movie === malformed) return refuse("INVALID");
  const listed: ListedShow[] = [];
  if (movie === 0) return { outcome: "OK", shows: listed };
  const movieName = movies.nameOf(movie);
  for (let show = movies.latestOf(movie); show !== 0; show = shows.earlierThan(show)) {
    const place = shows.placeOf(show);
    if (ids.dayOf(place) < today) break;
    const [capacity, available] = [shows.capacityOf(show), shows.availableOf(show)];
    listed.push({ movieID: ids.movieId(place), movieName, capacity, available });
  }
  return { outcome: "OK", shows: listed.toReversed() };
}

/** `getBookingSchedule`: all that a customer holds, past shows too. */
export function listBookings(state: State, args: ArgumentsOf["getBookingSchedule"]): AnswerOf<"getBookingSchedule"> {
  const { ids, shows, bookings } = state;
  const customer = ids.readCustomer(args.customerID);
  if (customer === malformed) return refuse("INVALID");
  const sorted = bookings
    .ofCustomer(customer)
    .toSorted((a, b) => compareShows(state, bookings.showOf(a), bookings.showOf(b)));
  const listed = sorted.map((booking) => {
    const show = bookings.showOf(booking);
    const movieID = ids.movieId(shows.placeOf(show));
    return { movieID, movieName: shows.nameOf(show), numberOfTickets: bookings.ticketsOf(booking) };
  });
  return { outcome: "OK", bookings: listed };
}

function compareShows({ shows }: State, a: number, b: number): number {
  return shows.placeOf(a) - shows.placeOf(b) || compareCodePoints(shows.nameOf(a), shows.nameOf(b));
}
