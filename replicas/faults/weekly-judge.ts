import type { Answer, ListedBooking } from "../../protocol/answer.ts";
import type { TicketArguments } from "../../protocol/operation.ts";
import type { Replica, ReplicaRequest } from "../contract.ts";
import { Beneath } from "./beneath.ts";
import type { FaultyReplica } from "./fault.ts";

/** Somebody wants tickets of a show away from home. */
export interface AwayWish {
  readonly movieID: string;
  readonly tickets: number;
  /** True when tickets of that show are held already. */
  readonly isHeld: boolean;
  /** All shows away from home that would be held then, the wanted one too. */
  readonly awayAfter: readonly ListedBooking[];
}

/** What a booking or an exchange asks for; an exchange gives up as many tickets of the old show. */
interface Wanted {
  readonly tickets: TicketArguments;
  readonly givenUp?: TicketArguments;
}

const outcomesBehindLimit: readonly string[] = ["OK", "WEEKLY_LIMIT", "SHOW_FULL"];

/**
 * A replica with another weekly limit than the right one, in its place among the checks. What the other limit refuses is
 * undone beneath, and what it allows is given beneath, so that the state remembers the mistake. A customer over the
 * right limit is one that a replica can hold, as after a removal; so nothing is undone at the release.
 */
export function judgeWeeksBy(replica: Replica, isOver: (wish: AwayWish) => boolean): FaultyReplica {
  return {
    execute: (request) => execute(replica, request, isOver),
    exportState: () => replica.exportState(),
    importState: (state) => replica.importState(state),
    release: () => replica,
  };
}

function execute(replica: Replica, request: ReplicaRequest, isOver: (wish: AwayWish) => boolean): Answer {
  const answer = replica.execute(request);
  const outcome = answer.outcome === "OK" ? "OK" : answer.reason;
  // The limit is not reached by what is refused before it, so that all arguments are well-formed from here on.
  if (!outcomesBehindLimit.includes(outcome)) return answer;
  const wanted = wantedBy(request);
  if (wanted === undefined) return answer;
  const beneath = new Beneath(replica, request);
  if (isOver(wishOf(beneath, wanted, outcome === "OK"))) {
    if (outcome === "OK") undo(beneath, wanted);
    return { outcome: "REFUSED", reason: "WEEKLY_LIMIT" };
  }
  return outcome === "WEEKLY_LIMIT" ? grant(beneath, wanted) : answer;
}

/** `undefined` where no limit is asked: another operation, a show at home, one exchanged for itself. */
function wantedBy(request: ReplicaRequest): Wanted | undefined {
  const wanted = ticketsWanted(request);
  return wanted === undefined || isAtHome(wanted.tickets.customerID, wanted.tickets.movieID) ? undefined : wanted;
}

function ticketsWanted(request: ReplicaRequest): Wanted | undefined {
  if (request.operation === "bookMovieTickets") return { tickets: request.args };
  if (request.operation !== "exchangeTickets") return undefined;
  const { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets } = request.args;
  if (movieID === newMovieID && movieName === newMovieName) return undefined;
  return {
    tickets: { customerID, movieID: newMovieID, movieName: newMovieName, numberOfTickets },
    givenUp: { customerID, movieID, movieName, numberOfTickets },
  };
}

function wishOf(beneath: Beneath, { tickets, givenUp }: Wanted, isDone: boolean): AwayWish {
  const { customerID, movieID, numberOfTickets } = tickets;
  let bookings = beneath.bookings(customerID);
  if (!isDone) {
    if (givenUp !== undefined) bookings = added(bookings, givenUp, -numberOfTickets);
    bookings = added(bookings, tickets, numberOfTickets);
  }
  const isHeld = (bookings.find((booking) => isOf(booking, tickets))?.numberOfTickets ?? 0) > numberOfTickets;
  const awayAfter = bookings.filter((booking) => !isAtHome(customerID, booking.movieID));
  return { movieID, tickets: numberOfTickets, isHeld, awayAfter };
}

function added(bookings: readonly ListedBooking[], show: TicketArguments, tickets: number): readonly ListedBooking[] {
  const { movieID, movieName } = show;
  const others = bookings.filter((booking) => !isOf(booking, show));
  const before = bookings.find((booking) => isOf(booking, show))?.numberOfTickets ?? 0;
  return before + tickets === 0 ? others : [...others, { movieID, movieName, numberOfTickets: before + tickets }];
}

function undo(beneath: Beneath, { tickets, givenUp }: Wanted): void {
  beneath.take(tickets);
  if (givenUp !== undefined) beneath.give(givenUp);
}

/** What only the right limit refuses: free seats are what is left to ask for. */
function grant(beneath: Beneath, { tickets, givenUp }: Wanted): Answer {
  const { movieID, movieName, numberOfTickets } = tickets;
  const available = (beneath.show(movieID, movieName)?.available ?? 0) - numberOfTickets;
  if (available < 0) return { outcome: "REFUSED", reason: "SHOW_FULL" };
  // The right limit is asked only for a show that is not held yet.
  const held = numberOfTickets;
  if (givenUp === undefined) {
    beneath.give(tickets);
    return { outcome: "OK", held, available };
  }
  const old = beneath.take(givenUp);
  beneath.give(tickets);
  return { outcome: "OK", heldOld: old.held, heldNew: held, availableOld: old.available, availableNew: available };
}

function isOf(booking: ListedBooking, { movieID, movieName }: TicketArguments): boolean {
  return booking.movieID === movieID && booking.movieName === movieName;
}

/** Ids of customers and shows begin with their theatre. */
function isAtHome(customerID: string, movieID: string): boolean {
  return customerID.slice(0, 3) === movieID.slice(0, 3);
}
