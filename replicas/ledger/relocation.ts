import type { Drop, Move } from "../../protocol/answer.ts";
import { holdersInOrder } from "./canonical-state.ts";
import type { Fact } from "./fact.ts";
import { type Show, seatsAvailable, ticketsHeld } from "./views.ts";

/** What becomes of the tickets of a show that is about to close. */
export interface Relocation {
  readonly facts: readonly Fact[];
  readonly moved: readonly Move[];
  readonly dropped: readonly Drop[];
}

/**
 * Plans where the tickets of a show go: its customers in order of id, the tickets of each together to the first later
 * show of the theatre that has room for all of them. `programme` is that of the movie. Nothing is changed here.
 */
export function relocate(show: Show, programme: readonly Show[]): Relocation {
  const targets = laterShows(show, programme).map((later) => ({ later, room: seatsAvailable(later) }));
  const facts: Fact[] = [];
  const moved: Move[] = [];
  const dropped: Drop[] = [];
  for (const customerID of holdersInOrder(show)) {
    const numberOfTickets = ticketsHeld(show, customerID);
    const { movieID, movieName } = show;
    facts.push({ kind: "ticketsGivenBack", customerID, movieID, movieName, numberOfTickets });
    const target = targets.find(({ room }) => room >= numberOfTickets);
    if (target === undefined) {
      dropped.push({ customerID, numberOfTickets });
      continue;
    }
    target.room -= numberOfTickets;
    facts.push({ kind: "ticketsTaken", customerID, movieID: target.later.movieID, movieName, numberOfTickets });
    moved.push({ customerID, movieID: target.later.movieID, numberOfTickets });
  }
  return { facts, moved, dropped };
}

/** A theatre shows a movie once a slot, so what follows in the programme in the same theatre is later. */
function laterShows(show: Show, programme: readonly Show[]): readonly Show[] {
  return programme.slice(programme.indexOf(show) + 1).filter((other) => other.theatre === show.theatre);
}
