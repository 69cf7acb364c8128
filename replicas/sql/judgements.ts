import type { Reason } from "../../protocol/answer.ts";
import { dateOf, exists } from "./schema.ts";

/** What the rules say to a request: `reason` refuses it; `show` is the show's key, null where there is none. */
export interface Judgement {
  readonly reason: Reason | null;
  readonly show: number | null;
}

/** A judgement about tickets, with what would be held and free after it. */
export interface TicketJudgement extends Judgement {
  readonly held: number;
  readonly available: number;
}

/** A judgement about a capacity: whether the show would be new, and what would be free after it. */
export interface CapacityJudgement extends Judgement {
  readonly created: 0 | 1;
  readonly available: number;
}

/** One row, whether the show that `:movieID` and `:movieName` name is there or not. */
const namedShow = `
  FROM (SELECT 1)
  LEFT JOIN shows ON shows.movie_id = :movieID AND shows.movie_name = :movieName
  LEFT JOIN seats ON seats.show = shows.show`;

const booking = "LEFT JOIN bookings ON bookings.show = shows.show AND bookings.customer = :customerID";

/** Only a date that exists can be the date of a show that is there: of all others it is asked whether it does. */
const isMalformed = `WHEN shows.show IS NULL AND NOT ${exists(dateOf(":movieID"))} THEN 'INVALID'`;
const isUnknown = "WHEN shows.show IS NULL THEN 'NO_SUCH_SHOW'";
const isPast = "WHEN shows.day < :today THEN 'DATE_IN_PAST'";
const isForeign = "WHEN substr(:adminID, 1, 4) <> substr(:movieID, 1, 3) || 'A' THEN 'NOT_PERMITTED'";

/** Shows of the named show's week that the customer would hold still, after giving up all or some of the show `:oldShow`. */
const otherHeld = `
  FROM bookings AS other INDEXED BY bookings_of_week
  CROSS JOIN shows AS held ON held.show = other.show
  WHERE other.customer = :customerID AND other.week = shows.week
    AND other.show IS NOT iif(:oldLeft = 0, :oldShow, NULL)`;

/** `addMovieSlots`: parameters `movieID`, `movieName`, `adminID`, `today`, `capacity`. */
export const judgeCapacity = `
  SELECT
    CASE
      ${isMalformed}
      ${isForeign}
      WHEN ${dateOf(":movieID")} < :today THEN 'DATE_IN_PAST'
      WHEN ${dateOf(":movieID")} > date(:today, '+7 days') THEN 'DATE_TOO_FAR'
      WHEN seats.sold > :capacity THEN 'CAPACITY_BELOW_SOLD'
    END AS reason,
    shows.show,
    shows.show IS NULL AS created,
    :capacity - ifnull(seats.sold, 0) AS available
  ${namedShow}`;

/** `removeMovieSlots`: parameters `movieID`, `movieName`, `adminID`, `today`. */
export const judgeRemoval = `
  SELECT CASE ${isMalformed} ${isForeign} ${isUnknown} ${isPast} END AS reason, shows.show
  ${namedShow}`;

/** `cancelMovieTickets` and the old show of an exchange: parameters `movieID`, `movieName`, `customerID`, `tickets`. */
export const judgeGivingUp = `
  SELECT
    CASE
      ${isMalformed}
      ${isUnknown}
      WHEN bookings.held IS NULL THEN 'NOT_BOOKED'
      WHEN bookings.held < :tickets THEN 'NOT_ENOUGH_HELD'
    END AS reason,
    shows.show,
    bookings.held - :tickets AS held,
    seats.capacity - seats.sold + :tickets AS available
  ${namedShow}
  ${booking}`;

/**
 * `bookMovieTickets` and the new show of an exchange: parameters as above and `today`; in an exchange also the key of
 * the old show, `oldShow`, and how many of its tickets would be left, `oldLeft`, else both null. For an exchange of a show for
 * itself nothing is asked, and `held` and `available` are what they were.
 */
export const judgeTaking = `
  SELECT
    CASE
      ${isMalformed}
      ${isUnknown}
      WHEN shows.show = :oldShow THEN NULL
      ${isPast}
      WHEN EXISTS (
        SELECT 1 ${otherHeld}
          AND held.movie_name = shows.movie_name AND held.day = shows.day AND held.slot = shows.slot
          AND held.theatre <> shows.theatre
      ) THEN 'SAME_SHOW_ELSEWHERE'
      WHEN shows.theatre <> substr(:customerID, 1, 3) AND bookings.held IS NULL AND (
        SELECT count(*) ${otherHeld} AND held.theatre <> substr(:customerID, 1, 3)
      ) >= 3 THEN 'WEEKLY_LIMIT'
      WHEN seats.capacity - seats.sold < :tickets THEN 'SHOW_FULL'
    END AS reason,
    shows.show,
    ifnull(bookings.held, 0) + iif(shows.show IS :oldShow, 0, :tickets) AS held,
    seats.capacity - seats.sold - iif(shows.show IS :oldShow, 0, :tickets) AS available
  ${namedShow}
  ${booking}`;
