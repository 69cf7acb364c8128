import type { AnswerOf, Reason } from "../../protocol/answer.ts";
import type { ArgumentsOf, TicketArguments } from "../../protocol/operation.ts";
import type { Day } from "./calendar.ts";
import { limitBroken } from "./customer-limits.ts";
import type { TicketsGivenBack, TicketsTaken } from "./fact.ts";
import type { Ledger } from "./ledger.ts";
import { refuse } from "./refusal.ts";
import { findShow, type Show, seatsAvailable, ticketsHeld } from "./views.ts";

/** Adds tickets of a show to what the customer holds of it. */
export function bookMovieTickets(
  ledger: Ledger,
  { customerID, movieID, movieName, numberOfTickets }: TicketArguments,
  today: Day,
): AnswerOf<"bookMovieTickets"> {
  const show = findShow(ledger.views, movieID, movieName);
  if (show === undefined) return refuse("NO_SUCH_SHOW");
  const reason = whyNotTake(ledger, customerID, show, numberOfTickets, today);
  if (reason !== undefined) return refuse(reason);
  ledger.record(taken(show, customerID, numberOfTickets));
  return { outcome: "OK", held: ticketsHeld(show, customerID), available: seatsAvailable(show) };
}

/** Gives back tickets of a show, past ones too. */
export function cancelMovieTickets(
  ledger: Ledger,
  { customerID, movieID, movieName, numberOfTickets }: TicketArguments,
): AnswerOf<"cancelMovieTickets"> {
  const show = findShow(ledger.views, movieID, movieName);
  if (show === undefined) return refuse("NO_SUCH_SHOW");
  const reason = whyNotGiveBack(customerID, show, numberOfTickets);
  if (reason !== undefined) return refuse(reason);
  ledger.record(givenBack(show, customerID, numberOfTickets));
  return { outcome: "OK", held: ticketsHeld(show, customerID), available: seatsAvailable(show) };
}

/** Gives back tickets of one show and takes as many of another, or does neither. */
export function exchangeTickets(
  ledger: Ledger,
  args: ArgumentsOf["exchangeTickets"],
  today: Day,
): AnswerOf<"exchangeTickets"> {
  const { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets } = args;
  const old = findShow(ledger.views, movieID, movieName);
  if (old === undefined) return refuse("NO_SUCH_SHOW");
  const whyNotOld = whyNotGiveBack(customerID, old, numberOfTickets);
  if (whyNotOld !== undefined) return refuse(whyNotOld);
  const wanted = findShow(ledger.views, newMovieID, newMovieName);
  if (wanted === undefined) return refuse("NO_SUCH_SHOW");
  if (wanted !== old) {
    const givenUp = ticketsHeld(old, customerID) === numberOfTickets ? old : undefined;
    const whyNotNew = whyNotTake(ledger, customerID, wanted, numberOfTickets, today, givenUp);
    if (whyNotNew !== undefined) return refuse(whyNotNew);
    ledger.record(givenBack(old, customerID, numberOfTickets), taken(wanted, customerID, numberOfTickets));
  }
  return {
    outcome: "OK",
    heldOld: ticketsHeld(old, customerID),
    heldNew: ticketsHeld(wanted, customerID),
    availableOld: seatsAvailable(old),
    availableNew: seatsAvailable(wanted),
  };
}

/** The checks of a show that tickets are to be taken of, in their order. */
function whyNotTake(
  ledger: Ledger,
  customerID: string,
  show: Show,
  numberOfTickets: number,
  today: Day,
  givenUp?: Show,
): Reason | undefined {
  if (show.day < today) return "DATE_IN_PAST";
  const reason = limitBroken(ledger.views, customerID, show, givenUp);
  if (reason !== undefined) return reason;
  return seatsAvailable(show) < numberOfTickets ? "SHOW_FULL" : undefined;
}

/** The checks of a show that tickets are to be given back of, in their order. */
function whyNotGiveBack(customerID: string, show: Show, numberOfTickets: number): Reason | undefined {
  const held = ticketsHeld(show, customerID);
  if (held === 0) return "NOT_BOOKED";
  return held < numberOfTickets ? "NOT_ENOUGH_HELD" : undefined;
}

/** The texts in a fact are those of the show, so that the journal keeps one copy of each. */
function taken({ movieID, movieName }: Show, customerID: string, numberOfTickets: number): TicketsTaken {
  return { kind: "ticketsTaken", customerID, movieID, movieName, numberOfTickets };
}

function givenBack({ movieID, movieName }: Show, customerID: string, numberOfTickets: number): TicketsGivenBack {
  return { kind: "ticketsGivenBack", customerID, movieID, movieName, numberOfTickets };
}
