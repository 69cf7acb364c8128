import type { AnswerOf } from "../../protocol/answer.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import type { Day } from "./calendar.ts";
import type { Ledger } from "./ledger.ts";
import { refuse } from "./refusal.ts";
import { relocate } from "./relocation.ts";
import { parseShowId, theatreOf } from "./show-id.ts";
import { findShow, seatsAvailable } from "./views.ts";

/** Days after the business date of the latest show that can be added. */
const daysAheadMax = 7;
const administratorLetter = "A";

/** Makes a show or sets its capacity. */
export function addMovieSlots(
  ledger: Ledger,
  { adminID, movieID, movieName, bookingCapacity: capacity }: ArgumentsOf["addMovieSlots"],
  today: Day,
): AnswerOf<"addMovieSlots"> {
  if (!isAdministratorOf(adminID, movieID)) return refuse("NOT_PERMITTED");
  const day = dayOfShow(movieID);
  if (day < today) return refuse("DATE_IN_PAST");
  if (day > today + daysAheadMax) return refuse("DATE_TOO_FAR");
  const show = findShow(ledger.views, movieID, movieName);
  if (show === undefined) {
    ledger.record({ kind: "showOpened", movieID, movieName, capacity });
    return { outcome: "OK", created: true, capacity, available: capacity };
  }
  if (capacity < show.sold) return refuse("CAPACITY_BELOW_SOLD");
  ledger.record({ kind: "capacitySet", movieID, movieName, capacity });
  return { outcome: "OK", created: false, capacity, available: seatsAvailable(show) };
}

/** Removes a show and moves its bookings to later ones, as far as there is room. */
export function removeMovieSlots(
  ledger: Ledger,
  { adminID, movieID, movieName }: ArgumentsOf["removeMovieSlots"],
  today: Day,
): AnswerOf<"removeMovieSlots"> {
  if (!isAdministratorOf(adminID, movieID)) return refuse("NOT_PERMITTED");
  const movie = ledger.views.movies.get(movieName);
  const show = movie?.shows.get(movieID);
  if (movie === undefined || show === undefined) return refuse("NO_SUCH_SHOW");
  if (show.day < today) return refuse("DATE_IN_PAST");
  const { facts, moved, dropped } = relocate(show, movie.programme);
  ledger.recordAll([...facts, { kind: "showClosed", movieID, movieName }]);
  return { outcome: "OK", moved, dropped };
}

function isAdministratorOf(adminID: string, movieID: string): boolean {
  return adminID.charAt(3) === administratorLetter && theatreOf(adminID) === theatreOf(movieID);
}

/** The id is well-formed: that was checked before. */
function dayOfShow(movieID: string): Day {
  return parseShowId(movieID)?.day ?? Number.NaN;
}
