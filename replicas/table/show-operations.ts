import type { AnswerOf, Drop, Move } from "../../protocol/answer.ts";
import { assert } from "../../protocol/assert.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import type { DayNumber } from "./civil-date.ts";
import { parseMovieID, theatreOf } from "./movie-id.ts";
import { compareCodePoints, isLater } from "./ordering.ts";
import { refuse } from "./refusal.ts";
import { availableSeats, type Show, type Tables } from "./tables.ts";

const daysAheadMax = 7;

/** Makes a show or sets its total capacity. */
export function addMovieSlots(
  tables: Tables,
  today: DayNumber,
  args: ArgumentsOf["addMovieSlots"],
): AnswerOf<"addMovieSlots"> {
  const { adminID, movieID, movieName, bookingCapacity } = args;
  const parts = parseMovieID(movieID);
  assert(parts !== undefined, "the form of a request is checked before its rules");
  if (!isAdminOf(adminID, parts.theatre)) return refuse("NOT_PERMITTED");
  if (parts.day < today) return refuse("DATE_IN_PAST");
  if (parts.day > today + daysAheadMax) return refuse("DATE_TOO_FAR");
  const existing = tables.findShow(movieID, movieName);
  if (existing === undefined) {
    tables.addShow(movieID, movieName, parts, bookingCapacity);
    return { outcome: "OK", created: true, capacity: bookingCapacity, available: bookingCapacity };
  }
  if (bookingCapacity < existing.sold) return refuse("CAPACITY_BELOW_SOLD");
  tables.setCapacity(existing, bookingCapacity);
  return { outcome: "OK", created: false, capacity: bookingCapacity, available: availableSeats(existing) };
}

/** Removes a show; its bookings move to later shows of the same movie in the same theatre, or are dropped. */
export function removeMovieSlots(
  tables: Tables,
  today: DayNumber,
  args: ArgumentsOf["removeMovieSlots"],
): AnswerOf<"removeMovieSlots"> {
  const { adminID, movieID, movieName } = args;
  if (!isAdminOf(adminID, theatreOf(movieID))) return refuse("NOT_PERMITTED");
  const show = tables.findShow(movieID, movieName);
  if (show === undefined) return refuse("NO_SUCH_SHOW");
  if (show.day < today) return refuse("DATE_IN_PAST");
  const { moved, dropped } = emptyShow(tables, show);
  tables.removeShow(show);
  return { outcome: "OK", moved, dropped };
}

function isAdminOf(adminID: string, theatre: string): boolean {
  return adminID.charAt(3) === "A" && theatreOf(adminID) === theatre;
}

/** Customers go in order of id, each with all tickets together; no limit of a customer is asked. */
function emptyShow(tables: Tables, show: Show): { readonly moved: readonly Move[]; readonly dropped: readonly Drop[] } {
  const laterShows = tables
    .showsOfMovieFrom(show.movieName, show.day)
    .filter((other) => other.theatre === show.theatre && isLater(other, show));
  const moved: Move[] = [];
  const dropped: Drop[] = [];
  for (const customerID of [...show.bookings.keys()].sort(compareCodePoints)) {
    const numberOfTickets = show.bookings.get(customerID)?.tickets ?? 0;
    const target = laterShows.find((later) => availableSeats(later) >= numberOfTickets);
    tables.takeTickets(customerID, show, numberOfTickets);
    if (target === undefined) {
      dropped.push({ customerID, numberOfTickets });
    } else {
      tables.addTickets(customerID, target, numberOfTickets);
      moved.push({ customerID, movieID: target.movieID, numberOfTickets });
    }
  }
  return { moved, dropped };
}
