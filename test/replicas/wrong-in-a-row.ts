import { add, book, cancel, exchange, list, type OpenStep, requestsOf, schedule } from "../../conformance/step.ts";
import type { faultMenu } from "../../protocol/fault.ts";
import type { ReplicaRequest } from "../../replicas/contract.ts";

/** The faults that are seen in answers. */
export type Lie = Extract<(typeof faultMenu)[number], { readonly liesInAnswers: true }>["name"];

const movie = "Avatar";
const morning = "ATWM130523";
const afternoon = "ATWA130523";
const nextWeek = ["ATWM140523", "ATWM150523", "ATWM160523", "ATWM170523"] as const;

/**
 * For each fault that lies, the shortest list of requests to an empty replica of which the last three are answered wrongly
 * and the others rightly, on Friday, 12 May 2023.
 */
export const wrongInARow: { readonly [Name in Lie]: readonly ReplicaRequest[] } = {
  "random-answers": ask(add(morning, movie, 1), list(movie), list(movie)),
  "capacity-off-by-one": ask(
    add(morning, movie, 1),
    book("ATWC1000", morning, movie, 1),
    book("ATWC1001", morning, movie, 1),
    schedule("ATWC1001"),
    schedule("ATWC1001"),
  ),
  "cancel-keeps-seats": ask(
    add(morning, movie, 1),
    book("ATWC1000", morning, movie, 1),
    cancel("ATWC1000", morning, movie, 1),
    list(movie),
    list(movie),
  ),
  "exchange-half": ask(
    add(morning, movie, 1),
    add(afternoon, movie, 1),
    book("ATWC1000", morning, movie, 1),
    exchange("ATWC1000", [morning, movie], [afternoon, movie], 1),
    schedule("ATWC1000"),
    schedule("ATWC1000"),
  ),
  "limit-by-tickets": ask(
    add(morning, movie, 4),
    book("VERC1000", morning, movie, 4),
    schedule("VERC1000"),
    schedule("VERC1000"),
  ),
  "week-by-day-of-month": ask(
    ...nextWeek.map((show) => add(show, movie, 1)),
    ...nextWeek.map((show) => book("VERC1000", show, movie, 1)),
    schedule("VERC1000"),
    schedule("VERC1000"),
  ),
  "unsorted-list": ask(add(morning, movie, 1), add(afternoon, movie, 1), list(movie), list(movie), list(movie)),
  "lists-lie": ask(add(morning, movie, 1), list(movie), list(movie), list(movie)),
};

function ask(...open: readonly Pick<OpenStep<never>, "isRefused">[]): readonly ReplicaRequest[] {
  return requestsOf({
    rule: "",
    steps: open.map((step) => step.isRefused("INVALID")),
  }) as unknown as readonly ReplicaRequest[];
}
