import type { AnswerOf, Reason } from "../../protocol/answer.ts";
import type { ArgumentsOf, TicketArguments } from "../../protocol/operation.ts";
import { whyNotAdmitted } from "./admission.ts";
import type { DayNumber } from "./civil-date.ts";
import { refuse } from "./refusal.ts";
import { availableSeats, type Booking, type Tables } from "./tables.ts";

/** Adds tickets to what a customer holds of a show: all of them or none. */
export function bookMovieTickets(
  tables: Tables,
  today: DayNumber,
  args: ArgumentsOf["bookMovieTickets"],
): AnswerOf<"bookMovieTickets"> {
  const { customerID, movieID, movieName, numberOfTickets: tickets } = args;
  const show = tables.findShow(movieID, movieName);
  if (show === undefined) return refuse("NO_SUCH_SHOW");
  const reason = whyNotAdmitted(tables, today, { customerID, show, tickets });
  if (reason !== undefined) return refuse(reason);
  const held = tables.addTickets(customerID, show, tickets);
  return { outcome: "OK", held, available: availableSeats(show) };
}

/** Frees tickets that a customer holds of a show, a past one too. */
export function cancelMovieTickets(
  tables: Tables,
  args: ArgumentsOf["cancelMovieTickets"],
): AnswerOf<"cancelMovieTickets"> {
  const found = findBooking(tables, args);
  if (found.kind === "refused") return refuse(found.reason);
  const { show, customerID } = found.booking;
  const held = tables.takeTickets(customerID, show, args.numberOfTickets);
  return { outcome: "OK", held, available: availableSeats(show) };
}

/** Moves tickets of a customer from one show to another as one step. */
export function exchangeTickets(
  tables: Tables,
  today: DayNumber,
  args: ArgumentsOf["exchangeTickets"],
): AnswerOf<"exchangeTickets"> {
  const { customerID, newMovieID, newMovieName, numberOfTickets: tickets } = args;
  const found = findBooking(tables, args);
  if (found.kind === "refused") return refuse(found.reason);
  const { show: oldShow, tickets: heldBefore } = found.booking;
  const newShow = tables.findShow(newMovieID, newMovieName);
  if (newShow === undefined) return refuse("NO_SUCH_SHOW");
  if (newShow === oldShow) {
    // Nothing changes, so nothing more is asked: the show may be past, or full.
    const available = availableSeats(oldShow);
    return {
      outcome: "OK",
      heldOld: heldBefore,
      heldNew: heldBefore,
      availableOld: available,
      availableNew: available,
    };
  }
  const givenUp = tickets === heldBefore ? oldShow : undefined;
  const reason = whyNotAdmitted(tables, today, { customerID, show: newShow, tickets, givenUp });
  if (reason !== undefined) return refuse(reason);
  return {
    outcome: "OK",
    heldOld: tables.takeTickets(customerID, oldShow, tickets),
    heldNew: tables.addTickets(customerID, newShow, tickets),
    availableOld: availableSeats(oldShow),
    availableNew: availableSeats(newShow),
  };
}

type Found =
  | { readonly kind: "found"; readonly booking: Booking }
  | { readonly kind: "refused"; readonly reason: Reason };

/** The booking that a request takes tickets from, when it holds as many as the request names. */
function findBooking(tables: Tables, args: TicketArguments): Found {
  const show = tables.findShow(args.movieID, args.movieName);
  if (show === undefined) return { kind: "refused", reason: "NO_SUCH_SHOW" };
  const booking = show.bookings.get(args.customerID);
  if (booking === undefined) return { kind: "refused", reason: "NOT_BOOKED" };
  if (booking.tickets < args.numberOfTickets) return { kind: "refused", reason: "NOT_ENOUGH_HELD" };
  return { kind: "found", booking };
}
