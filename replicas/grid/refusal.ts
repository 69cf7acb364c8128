import type { Reason, Refusal } from "../../protocol/answer.ts";
import { awayShowsPerWeekMax } from "./limits.ts";
import type { State } from "./state.ts";

/** Tickets that a customer asks for, of a show that there is. */
export interface Wish {
  readonly customer: number;
  readonly show: number;
  readonly tickets: number;
  /** The number of the business date. */
  readonly today: number;
  /** The booking that an exchange would leave nothing of, 0 when there is none. */
  readonly givenUp: number;
}

/** The answer that says no. */
export function refuse(reason: Reason): Refusal {
  return { outcome: "REFUSED", reason };
}

/** Why a customer may not have the tickets: the first reason in the order of the rules, if any. */
export function objectionTo(state: State, wish: Wish): Reason | undefined {
  const { ids, shows, bookings } = state;
  const { customer, show, givenUp } = wish;
  if (ids.dayOf(shows.placeOf(show)) < wish.today) return "DATE_IN_PAST";
  if (bookings.isHeldElsewhere(customer, show, givenUp)) return "SAME_SHOW_ELSEWHERE";
  if (isOverWeeklyLimit(state, wish)) return "WEEKLY_LIMIT";
  return shows.availableOf(show) < wish.tickets ? "SHOW_FULL" : undefined;
}

/** Asked only when a show away from home that is not held yet would be added. */
function isOverWeeklyLimit({ bookings }: State, { customer, show, givenUp }: Wish): boolean {
  if (!bookings.isAway(customer, show) || bookings.find(customer, show) !== 0) return false;
  const held = bookings.awayShowsAround(customer, show);
  if (givenUp === 0) return held >= awayShowsPerWeekMax;
  const old = bookings.showOf(givenUp);
  const isOneLess = bookings.isAway(customer, old) && bookings.weekOf(old) === bookings.weekOf(show);
  return held - (isOneLess ? 1 : 0) >= awayShowsPerWeekMax;
}
