import type { AnswerOf, Drop, Move } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import { readChange, readCount } from "./arguments.ts";
import { malformed } from "./identifiers.ts";
import { daysAheadMax } from "./limits.ts";
import { refuse } from "./refusal.ts";
import type { State } from "./state.ts";

/** `addMovieSlots`: makes a show or sets its capacity. `today` is the number of the business date. */
export function addShow(state: State, args: ArgumentsOf["addMovieSlots"], today: number): AnswerOf<"addMovieSlots"> {
  const { ids, shows } = state;
  const named = readChange(state, args);
  const capacity = readCount(args.bookingCapacity);
  if (named === undefined || capacity === malformed) return refuse("INVALID");
  const { theatre, place, movie } = named;
  if (theatre !== ids.theatreOf(place)) return refuse("NOT_PERMITTED");
  const day = ids.dayOf(place);
  if (day < today) return refuse("DATE_IN_PAST");
  if (day > today + daysAheadMax) return refuse("DATE_TOO_FAR");
  const show = shows.find(place, movie);
  if (show === 0) {
    shows.add(place, args.movieName, capacity);
    return { outcome: "OK", created: true, capacity, available: capacity };
  }
  if (capacity < shows.soldOf(show)) return refuse("CAPACITY_BELOW_SOLD");
  shows.setCapacity(show, capacity);
  return { outcome: "OK", created: false, capacity, available: shows.availableOf(show) };
}

/** `removeMovieSlots`: removes a show whose bookings move to later ones. `today` is the number of the business date. */
export function removeShow(
  state: State,
  args: ArgumentsOf["removeMovieSlots"],
  today: number,
): AnswerOf<"removeMovieSlots"> {
  const { ids, shows } = state;
  const named = readChange(state, args);
  if (named === undefined) return refuse("INVALID");
  const { theatre, place, movie } = named;
  if (theatre !== ids.theatreOf(place)) return refuse("NOT_PERMITTED");
  const show = shows.find(place, movie);
  if (show === 0) return refuse("NO_SUCH_SHOW");
  if (ids.dayOf(place) < today) return refuse("DATE_IN_PAST");
  const { moved, dropped } = moveBookings(state, show);
  shows.remove(show);
  return { outcome: "OK", moved, dropped };
}

function moveBookings(
  state: State,
  show: number,
): { readonly moved: readonly Move[]; readonly dropped: readonly Drop[] } {
  const { ids, shows, bookings } = state;
  const refuges = laterShows(state, show);
  const moved: Move[] = [];
  const dropped: Drop[] = [];
  for (const booking of bookings.ofShow(show)) {
    const customer = bookings.customerOf(booking);
    const customerID = ids.customerId(customer);
    const numberOfTickets = bookings.ticketsOf(booking);
    const refuge = refuges.find((later) => shows.availableOf(later) >= numberOfTickets);
    bookings.take(booking, numberOfTickets);
    if (refuge === undefined) {
      dropped.push({ customerID, numberOfTickets });
    } else {
      bookings.add(customer, refuge, numberOfTickets);
      moved.push({ customerID, movieID: ids.movieId(shows.placeOf(refuge)), numberOfTickets });
    }
  }
  return { moved, dropped };
}

/** The later shows of the same movie in the same theatre, the next one first. */
function laterShows({ ids, shows }: State, show: number): readonly number[] {
  const theatre = ids.theatreOf(shows.placeOf(show));
  const found: number[] = [];
  for (let later = shows.laterThan(show); later !== 0; later = shows.laterThan(later)) {
    if (ids.theatreOf(shows.placeOf(later)) === theatre) found.push(later);
  }
  return found;
}
