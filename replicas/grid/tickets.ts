import type { AnswerOf } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import { readShow, readTickets } from "./arguments.ts";
import { objectionTo, refuse } from "./refusal.ts";
import type { State } from "./state.ts";

/** `bookMovieTickets`: adds to what a customer holds of a show. `today` is the number of the business date. */
export function bookTickets(
  state: State,
  args: ArgumentsOf["bookMovieTickets"],
  today: number,
): AnswerOf<"bookMovieTickets"> {
  const { shows, bookings } = state;
  const named = readTickets(state, args);
  if (named === undefined) return refuse("INVALID");
  const { customer, tickets } = named;
  const show = shows.find(named.place, named.movie);
  if (show === 0) return refuse("NO_SUCH_SHOW");
  const objection = objectionTo(state, { customer, show, tickets, today, givenUp: 0 });
  if (objection !== undefined) return refuse(objection);
  const booking = bookings.add(customer, show, tickets);
  return { outcome: "OK", held: bookings.ticketsOf(booking), available: shows.availableOf(show) };
}

/** `cancelMovieTickets`: gives seats back. */
export function cancelTickets(state: State, args: ArgumentsOf["cancelMovieTickets"]): AnswerOf<"cancelMovieTickets"> {
  const { shows, bookings } = state;
  const named = readTickets(state, args);
  if (named === undefined) return refuse("INVALID");
  const show = shows.find(named.place, named.movie);
  if (show === 0) return refuse("NO_SUCH_SHOW");
  const booking = bookings.find(named.customer, show);
  if (booking === 0) return refuse("NOT_BOOKED");
  if (bookings.ticketsOf(booking) < named.tickets) return refuse("NOT_ENOUGH_HELD");
  const held = bookings.take(booking, named.tickets);
  return { outcome: "OK", held, available: shows.availableOf(show) };
}

/** `exchangeTickets`: moves tickets from one show to another in one step. `today` is the number of the business date. */
export function exchangeTickets(
  state: State,
  args: ArgumentsOf["exchangeTickets"],
  today: number,
): AnswerOf<"exchangeTickets"> {
  const { shows, bookings } = state;
  const named = readTickets(state, args);
  const namedNew = readShow(state, args.newMovieID, args.newMovieName);
  if (named === undefined || namedNew === undefined) return refuse("INVALID");
  const { customer, tickets } = named;
  const oldShow = shows.find(named.place, named.movie);
  if (oldShow === 0) return refuse("NO_SUCH_SHOW");
  const oldBooking = bookings.find(customer, oldShow);
  if (oldBooking === 0) return refuse("NOT_BOOKED");
  const held = bookings.ticketsOf(oldBooking);
  if (held < tickets) return refuse("NOT_ENOUGH_HELD");
  const show = shows.find(namedNew.place, namedNew.movie);
  if (show === 0) return refuse("NO_SUCH_SHOW");
  if (show === oldShow) {
    const available = shows.availableOf(show);
    return { outcome: "OK", heldOld: held, heldNew: held, availableOld: available, availableNew: available };
  }
  const givenUp = held === tickets ? oldBooking : 0;
  const objection = objectionTo(state, { customer, show, tickets, today, givenUp });
  if (objection !== undefined) return refuse(objection);
  const heldOld = bookings.take(oldBooking, tickets);
  const heldNew = bookings.ticketsOf(bookings.add(customer, show, tickets));
  const availableOld = shows.availableOf(oldShow);
  return { outcome: "OK", heldOld, heldNew, availableOld, availableNew: shows.availableOf(show) };
}
