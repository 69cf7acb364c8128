import type { Fault } from "./fault.ts";
import { isoWeekOf } from "./show-week.ts";
import { type AwayWish, judgeWeeksBy } from "./weekly-judge.ts";

const awayTicketsPerWeekMax = 3;

/**
 * Counts tickets where the weekly limit counts shows: a customer gets no more than 3 tickets outside the home theatre in
 * one ISO week, and more of a show that is held counts too.
 */
export const limitByTickets: Fault = { kind: "answers", wrap: (replica) => judgeWeeksBy(replica, hasTooManyTickets) };

function hasTooManyTickets({ movieID, awayAfter }: AwayWish): boolean {
  const week = isoWeekOf(movieID);
  let tickets = 0;
  for (const booking of awayAfter) if (isoWeekOf(booking.movieID) === week) tickets += booking.numberOfTickets;
  return tickets > awayTicketsPerWeekMax;
}
