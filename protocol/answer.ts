import type { Operation } from "./operation.ts";

/** Why a rule refused a request: the closed list of the booking rules. `INVALID` is the answer to what is malformed. */
export type Reason =
  | "NOT_PERMITTED"
  | "DATE_IN_PAST"
  | "DATE_TOO_FAR"
  | "NO_SUCH_SHOW"
  | "CAPACITY_BELOW_SOLD"
  | "SAME_SHOW_ELSEWHERE"
  | "WEEKLY_LIMIT"
  | "SHOW_FULL"
  | "NOT_BOOKED"
  | "NOT_ENOUGH_HELD"
  | "INVALID";

/** Every reason, in the order of the booking rules. */
export const reasons = [
  "NOT_PERMITTED",
  "DATE_IN_PAST",
  "DATE_TOO_FAR",
  "NO_SUCH_SHOW",
  "CAPACITY_BELOW_SOLD",
  "SAME_SHOW_ELSEWHERE",
  "WEEKLY_LIMIT",
  "SHOW_FULL",
  "NOT_BOOKED",
  "NOT_ENOUGH_HELD",
  "INVALID",
] as const satisfies readonly Reason[];

/** A rule said no; nothing changed. */
export interface Refusal {
  readonly outcome: "REFUSED";
  readonly reason: Reason;
}

/** Tickets of one customer that went to a later show because theirs was removed. */
export interface Move {
  readonly customerID: string;
  readonly movieID: string;
  readonly numberOfTickets: number;
}

/** Tickets of one customer that no later show had room for. */
export interface Drop {
  readonly customerID: string;
  readonly numberOfTickets: number;
}

/** One show in a list. */
export interface ListedShow {
  readonly movieID: string;
  readonly movieName: string;
  readonly capacity: number;
  readonly available: number;
}

/** One show that a customer holds tickets for. */
export interface ListedBooking {
  readonly movieID: string;
  readonly movieName: string;
  readonly numberOfTickets: number;
}

/** What an operation answers when it was done, without the word `OK`. */
export interface DataOf {
  readonly addMovieSlots: { readonly created: boolean; readonly capacity: number; readonly available: number };
  readonly removeMovieSlots: { readonly moved: readonly Move[]; readonly dropped: readonly Drop[] };
  readonly listMovieShowsAvailability: { readonly shows: readonly ListedShow[] };
  readonly bookMovieTickets: { readonly held: number; readonly available: number };
  readonly getBookingSchedule: { readonly bookings: readonly ListedBooking[] };
  readonly cancelMovieTickets: { readonly held: number; readonly available: number };
  readonly exchangeTickets: {
    readonly heldOld: number;
    readonly heldNew: number;
    readonly availableOld: number;
    readonly availableNew: number;
  };
}

/** The answer of a replica to an operation: data, never prose. */
export type AnswerOf<Name extends Operation> = Refusal | ({ readonly outcome: "OK" } & DataOf[Name]);

/** The answer of a replica to any operation. */
export type Answer = { readonly [Name in Operation]: AnswerOf<Name> }[Operation];
