import type { Reason } from "../../protocol/answer.ts";
import type { IsoWeek } from "./calendar.ts";
import type { Customer, Show, Views } from "./views.ts";

/** Distinct shows that a customer may hold outside the home theatre in one ISO week. */
const showsAwayMax = 3;

/**
 * Why a customer may not take tickets of a show, `undefined` when the limits allow it. With `givenUp`, another show, it
 * is judged as if the customer no longer held that one at all.
 */
export function limitBroken(views: Views, customerID: string, show: Show, givenUp?: Show): Reason | undefined {
  const customer = views.customers.get(customerID);
  if (customer === undefined) return undefined;
  const held = customer.held.get(show.occasion) ?? [];
  if (held.some((other) => other !== show && other !== givenUp)) return "SAME_SHOW_ELSEWHERE";
  if (show.theatre === customer.home || held.includes(show)) return undefined;
  return showsAway(customer, show.week, givenUp) + 1 > showsAwayMax ? "WEEKLY_LIMIT" : undefined;
}

/** Distinct shows of one week that the customer holds outside the home theatre. */
function showsAway(customer: Customer, week: IsoWeek, givenUp: Show | undefined): number {
  const isGivenUp = givenUp !== undefined && givenUp.theatre !== customer.home && givenUp.week === week;
  return (customer.weeksAway.get(week) ?? 0) - Number(isGivenUp);
}
