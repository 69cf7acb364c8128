import { isRead, type Operation } from "../protocol/operation.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { CanonicalState } from "../replicas/contract.ts";
import type { Output, RequestInput } from "./conversation.ts";
import { firstDifference } from "./difference.ts";
import { dateOf, soldOf, stateProblem } from "./state-form.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One executed request with the exports around it. */
export interface Executed {
  readonly request: RequestInput;
  readonly before: CanonicalState;
  readonly answer: unknown;
  readonly after: CanonicalState;
}

/** What is wrong with an export, for people, or `undefined`: its digest, its order, its sums. */
export function exportProblem(output: Output, sha256: Sha256): string | undefined {
  const { state, digest } = output;
  return (
    stateProblem(state) ??
    firstDifference("digest of the state", sha256(JSON.stringify(state)), digest) ??
    firstDifference("the line", { state, digest }, output)
  );
}

/** What does not hold after a request, for people: numbers that do not add up, or a change by a read or a refusal. */
export function executedProblem({ request, before, answer, after }: Executed): string | undefined {
  const { outcome, ...data } = answer as Fields;
  if (outcome === "REFUSED" || isRead(request.operation as Operation)) {
    const changed = firstDifference("state after a read or a refusal", before, after);
    if (changed !== undefined) return changed;
  }
  return outcome === "OK" ? differenceFromState(dataIn(after, request), data) : undefined;
}

/** The answer may say more than the state does. */
function differenceFromState(inState: Fields, data: Fields): string | undefined {
  const said = Object.fromEntries(Object.keys(inState).map((name) => [name, data[name]]));
  return firstDifference("the answer, as the state has it", inState, said);
}

/** The part of an answer that the state after the request tells. */
function dataIn(state: CanonicalState, { operation, args, businessDate }: RequestInput): Fields {
  const { customerID, movieID, movieName } = args as { readonly [name: string]: string };
  const seats = (id = "", name = "") => {
    const capacity = state[0].find((show) => show[0] === id && show[1] === name)?.[2] ?? 0;
    return { capacity, available: capacity - soldOf(state, id, name) };
  };
  const held = (id: unknown, name: unknown) =>
    state[1].find((row) => row[0] === customerID && row[1] === id && row[2] === name)?.[3] ?? 0;
  switch (operation) {
    case "addMovieSlots":
      return seats(movieID, movieName);
    case "listMovieShowsAvailability": {
      const listed = state[0].filter(([id, name]) => name === movieName && dateOf(id) >= businessDate);
      return { shows: listed.map(([id, name]) => ({ movieID: id, movieName: name, ...seats(id, name) })) };
    }
    case "bookMovieTickets":
    case "cancelMovieTickets":
      return { held: held(movieID, movieName), available: seats(movieID, movieName).available };
    case "getBookingSchedule": {
      const own = state[1].filter(([customer]) => customer === customerID);
      return {
        bookings: own.map(([, id, name, tickets]) => ({ movieID: id, movieName: name, numberOfTickets: tickets })),
      };
    }
    case "exchangeTickets": {
      const { newMovieID, newMovieName } = args as { readonly [name: string]: string };
      return {
        heldOld: held(movieID, movieName),
        heldNew: held(newMovieID, newMovieName),
        availableOld: seats(movieID, movieName).available,
        availableNew: seats(newMovieID, newMovieName).available,
      };
    }
    default:
      return {};
  }
}
