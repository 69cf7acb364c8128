import type { Answer } from "../../protocol/answer.ts";
import type { ReplicaRequest } from "../../replicas/contract.ts";

/** One request, what a faulty replica said to it, and what is right in the state that it had. */
export interface Difference {
  readonly request: ReplicaRequest;
  readonly said: Answer;
  readonly rightly: Answer;
}

type Data = Readonly<Record<string, unknown>>;

const outcomesBehindLimit = ["OK", "WEEKLY_LIMIT", "SHOW_FULL"];

/** For each fault of a booking rule or a list, whether a wrong answer is one that this fault gives. */
export const differencesOf = {
  "cancel-keeps-seats": ({ request, said, rightly }: Difference) => {
    if (said.outcome === "REFUSED") {
      const reason = request.operation === "addMovieSlots" ? "CAPACITY_BELOW_SOLD" : "SHOW_FULL";
      return rightly.outcome === "OK" && said.reason === reason;
    }
    if (rightly.outcome === "REFUSED") return false;
    return request.operation === "removeMovieSlots" || isTextEqual(withoutSeats(said), withoutSeats(rightly));
  },
  "exchange-half": ({ request, said, rightly }: Difference) => {
    if (request.operation !== "exchangeTickets" || !("heldOld" in said) || !("heldOld" in rightly)) return false;
    const { heldOld, availableOld, ...others } = said;
    const { heldOld: heldRightly, availableOld: availableRightly, ...othersRightly } = rightly;
    const kept = request.args.numberOfTickets;
    return (
      heldOld === heldRightly + kept && availableOld === availableRightly - kept && isTextEqual(others, othersRightly)
    );
  },
  "limit-by-tickets": ({ said, rightly }: Difference) =>
    outcomeOf(said) === "WEEKLY_LIMIT" && ["OK", "SHOW_FULL"].includes(outcomeOf(rightly)),
  "week-by-day-of-month": ({ said, rightly }: Difference) => {
    const outcomes = [outcomeOf(said), outcomeOf(rightly)];
    return outcomes.includes("WEEKLY_LIMIT") && outcomes.every((outcome) => outcomesBehindLimit.includes(outcome));
  },
  "unsorted-list": ({ said }: Difference) => "shows" in said || "bookings" in said || "moved" in said,
  "lists-lie": ({ said }: Difference) => "shows" in said || "bookings" in said,
} as const;

function outcomeOf(answer: Answer): string {
  return answer.outcome === "OK" ? "OK" : answer.reason;
}

/** The answer without the numbers of free seats. */
function withoutSeats(answer: Data): Data {
  const entries = Object.entries(answer).filter(([name]) => !name.startsWith("available"));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.map((row: Data) => withoutSeats(row)) : value]),
  );
}

function isTextEqual(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
