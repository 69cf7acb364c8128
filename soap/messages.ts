import type { Reason } from "../protocol/answer.ts";
import type { CallOperation } from "../protocol/call.ts";

const messagesOfReasons: Readonly<Record<Reason, string>> = {
  NOT_PERMITTED:
    "Only an administrator of the theatre of this show may do that. Act with an administrator's id of that theatre.",
  DATE_IN_PAST: "The date of the show is past. Choose a show of today or later.",
  DATE_TOO_FAR: "Shows can be made at most 7 days ahead. Choose a date within the next 7 days.",
  NO_SUCH_SHOW:
    "There is no show with this movieID and movieName; names are compared exactly. List the shows of the movie.",
  CAPACITY_BELOW_SOLD: "More tickets are sold than this capacity has seats. Choose a capacity that holds all of them.",
  SAME_SHOW_ELSEWHERE:
    "The customer holds tickets for this movie on this date and in this slot in another theatre. Cancel or exchange those first.",
  WEEKLY_LIMIT:
    "The customer would hold tickets for more than 3 shows outside the home theatre in one week. Choose a show at home, or one of another week.",
  SHOW_FULL: "The show has fewer free seats than tickets asked for. Ask for fewer, or choose another show.",
  NOT_BOOKED: "The customer holds no tickets for this show. Look at the customer's schedule.",
  NOT_ENOUGH_HELD: "The customer holds fewer tickets for this show than named. Look at the customer's schedule.",
  INVALID: "The request is malformed. Check the forms of its ids, names and numbers.",
};

const messagesOfExchanges: Readonly<Partial<Record<Reason, string>>> = {
  NO_SUCH_SHOW:
    "The old or the new show does not exist; names are compared exactly. Look at the customer's schedule and list the shows of the movie.",
  DATE_IN_PAST: "The date of the new show is past. Choose a show of today or later.",
  SAME_SHOW_ELSEWHERE:
    "The customer holds tickets for the new movie on that date and in that slot in another theatre. Cancel or exchange those first.",
  SHOW_FULL: "The new show has fewer free seats than tickets to exchange. Exchange fewer, or choose another show.",
  NOT_BOOKED: "The customer holds no tickets for the old show. Look at the customer's schedule.",
  NOT_ENOUGH_HELD: "The customer holds fewer tickets for the old show than named. Look at the customer's schedule.",
};

/** A refusal for people: which rule said no, and what to do. Made at the edge, after the vote. */
export function refusalMessage(operation: CallOperation, reason: Reason): string {
  const special = operation === "exchangeTickets" ? messagesOfExchanges[reason] : undefined;
  return special ?? messagesOfReasons[reason];
}
