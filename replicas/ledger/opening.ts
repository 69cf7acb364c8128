import type { CanonicalState } from "../contract.ts";
import type { Fact } from "./fact.ts";
import type { Views } from "./views.ts";

/** The shortest facts whose fold is a canonical state: each show opened, then each booking taken. */
export function openingOfState([shows, bookings]: CanonicalState): Fact[] {
  const facts: Fact[] = [];
  for (const [movieID, movieName, capacity] of shows) facts.push({ kind: "showOpened", movieID, movieName, capacity });
  for (const [customerID, movieID, movieName, numberOfTickets] of bookings) {
    facts.push({ kind: "ticketsTaken", customerID, movieID, movieName, numberOfTickets });
  }
  return facts;
}

/** The shortest facts whose fold is these views, unsorted: their cost is in proportion to the state. */
export function openingOfViews(views: Views): Fact[] {
  const facts: Fact[] = [];
  for (const movie of views.movies.values()) {
    for (const { movieID, movieName, capacity, holders } of movie.programme) {
      facts.push({ kind: "showOpened", movieID, movieName, capacity });
      for (const [customerID, numberOfTickets] of holders) {
        facts.push({ kind: "ticketsTaken", customerID, movieID, movieName, numberOfTickets });
      }
    }
  }
  return facts;
}
