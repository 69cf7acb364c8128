import type { Reason } from "../../protocol/answer.ts";
import type { DayNumber } from "./civil-date.ts";
import { availableSeats, isAway, type Show, type Tables } from "./tables.ts";

const awayShowsPerWeekMax = 3;

/** Somebody wants tickets of a show. */
export interface Admission {
  readonly customerID: string;
  readonly show: Show;
  readonly tickets: number;
  /** A show that none would be left of, because its tickets are exchanged for these: it counts as not held. */
  readonly givenUp?: Show | undefined;
}

/**
 * Why a customer may not have tickets of a show, in the order of the rules, or `undefined` where nothing speaks against
 * it: the date, the same show elsewhere, the weekly limit, the free seats.
 */
export function whyNotAdmitted(tables: Tables, today: DayNumber, admission: Admission): Reason | undefined {
  if (admission.show.day < today) return "DATE_IN_PAST";
  if (holdsSameShowElsewhere(admission)) return "SAME_SHOW_ELSEWHERE";
  if (isOverWeeklyLimit(tables, admission)) return "WEEKLY_LIMIT";
  if (admission.tickets > availableSeats(admission.show)) return "SHOW_FULL";
  return undefined;
}

/** More tickets of a show already held do not excuse the same show elsewhere: a removal may have brought about both. */
function holdsSameShowElsewhere({ customerID, show, givenUp }: Admission): boolean {
  for (const other of show.simultaneous) {
    if (other !== show && other !== givenUp && other.bookings.has(customerID)) return true;
  }
  return false;
}

function isOverWeeklyLimit(tables: Tables, { customerID, show, givenUp }: Admission): boolean {
  if (!isAway(customerID, show) || show.bookings.has(customerID)) return false;
  const frees = givenUp !== undefined && givenUp.week === show.week && isAway(customerID, givenUp);
  const held = tables.awayShowsHeld(customerID, show.week) - (frees ? 1 : 0);
  return held + 1 > awayShowsPerWeekMax;
}
