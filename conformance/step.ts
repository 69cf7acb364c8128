import type { Answer, DataOf, Reason } from "../protocol/answer.ts";
import type { Operation } from "../protocol/operation.ts";
import type { BookingRow, CanonicalState, ShowRow } from "../replicas/contract.ts";
import type { RequestInput } from "./conversation.ts";

/** One request of a case and the answer that the booking rules give to it. */
export interface Step {
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly expected: Answer;
  /** The business date from this step on. */
  readonly today?: string;
}

/** One sentence of the booking rules as an example. */
export interface Case {
  readonly rule: string;
  /** The business date of the first step; Friday, 12 May 2023 unless said. */
  readonly today?: string;
  /** The state before, in canonical order; empty unless said. */
  readonly state?: CanonicalState;
  readonly steps: readonly Step[];
  /** The state after, where the answers do not say it. */
  readonly stateAfter?: CanonicalState;
}

/** A request that waits for what it has to be answered with. */
export interface OpenStep<Name extends Operation> {
  /** `OK` with exactly this. */
  readonly gives: (data: DataOf[Name]) => Step;
  readonly isRefused: (reason: Reason) => Step;
}

/** Friday of the ISO week 2023-W19. */
const friday = "2023-05-12";

/** Makes a show, or sets its capacity, by the administrator of its own theatre. */
export const add = (movieID: string, movieName: string, bookingCapacity: number) =>
  request("addMovieSlots", { adminID: adminOf(movieID), movieID, movieName, bookingCapacity });

/** Removes a show, by the administrator of its own theatre. */
export const remove = (movieID: string, movieName: string) =>
  request("removeMovieSlots", { adminID: adminOf(movieID), movieID, movieName });

/** Lists the shows of a movie. */
export const list = (movieName: string) => request("listMovieShowsAvailability", { movieName });

/** Books tickets. */
export const book = (customerID: string, movieID: string, movieName: string, numberOfTickets: number) =>
  request("bookMovieTickets", { customerID, movieID, movieName, numberOfTickets });

/** Lists what a customer holds. */
export const schedule = (customerID: string) => request("getBookingSchedule", { customerID });

/** Gives tickets back. */
export const cancel = (customerID: string, movieID: string, movieName: string, numberOfTickets: number) =>
  request("cancelMovieTickets", { customerID, movieID, movieName, numberOfTickets });

/** Exchanges tickets of one show for another: shows are movie id and movie name. */
export const exchange = (
  customerID: string,
  [movieID, movieName]: readonly [string, string],
  [newMovieID, newMovieName]: readonly [string, string],
  numberOfTickets: number,
) => request("exchangeTickets", { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets });

/** Any request, however malformed. */
export function request<Name extends Operation>(operation: Name, args: Step["args"]): OpenStep<Name> {
  return {
    gives: (data) => ({ operation, args, expected: { outcome: "OK", ...data } }),
    isRefused: (reason) => ({ operation, args, expected: { outcome: "REFUSED", reason } }),
  };
}

/** The same step on a later day. */
export function on(today: string, step: Step): Step {
  return { ...step, today };
}

/** A state of shows with what is held of each; rows stand in canonical order. */
export function given(shows: readonly ShowRow[], bookings: readonly BookingRow[] = []): CanonicalState {
  return [shows, bookings];
}

/** The requests of a case, numbered from 1. */
export function requestsOf({ today = friday, steps }: Case): readonly RequestInput[] {
  let businessDate = today;
  return steps.map(({ operation, args, today: changed }, index) => {
    businessDate = changed ?? businessDate;
    const time = 1_683_892_800_000 + index;
    return { n: index + 1, time, businessDate, caller: callerOf(args), operation, args };
  });
}

/** Who would send such a request: the one that it names, else some customer. */
export function callerOf(args: Step["args"]): string {
  const caller = args["adminID"] ?? args["customerID"];
  return typeof caller === "string" ? caller : "ATWC1000";
}

function adminOf(movieID: string): string {
  return `${movieID.slice(0, 3)}A1000`;
}
