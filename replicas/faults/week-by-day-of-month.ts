import type { Fault } from "./fault.ts";
import { weekOfMonthOf } from "./show-week.ts";
import { type AwayWish, judgeWeeksBy } from "./weekly-judge.ts";

const awayShowsPerWeekMax = 3;

/**
 * Judges the weekly limit with weeks that begin on the 1st, 7th, 14th, 21st and 28th of a month: it refuses what is
 * right where two ISO weeks share such a week, and allows what is wrong where one ISO week lies in two.
 */
export const weekByDayOfMonth: Fault = { kind: "answers", wrap: (replica) => judgeWeeksBy(replica, hasTooManyShows) };

function hasTooManyShows({ movieID, isHeld, awayAfter }: AwayWish): boolean {
  const week = weekOfMonthOf(movieID);
  const shows = awayAfter.filter((booking) => weekOfMonthOf(booking.movieID) === week).length;
  return !isHeld && shows > awayShowsPerWeekMax;
}
