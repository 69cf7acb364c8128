import type { Answer } from "../protocol/answer.ts";
import type { BusinessDate, InstantMs, Sequence } from "../protocol/ids.ts";
import type { ArgumentsOf, Operation } from "../protocol/operation.ts";

/** One numbered request as a replica sees it. A read carries the number of the last change before it. */
export type ReplicaRequest = {
  readonly [Name in Operation]: {
    readonly n: Sequence;
    /** UTC milliseconds, stamped once by the sequencer; never goes back. */
    readonly time: InstantMs;
    /** The civil date at the cinema, `YYYY-MM-DD`; never goes back. */
    readonly businessDate: BusinessDate;
    /** Who calls: an administrator's or a customer's id. */
    readonly caller: string;
    readonly operation: Name;
    readonly args: ArgumentsOf[Name];
  };
}[Operation];

/** `[movieID, movieName, capacity]` */
export type ShowRow = readonly [movieID: string, movieName: string, capacity: number];

/** `[customerID, movieID, movieName, numberOfTickets]` */
export type BookingRow = readonly [customerID: string, movieID: string, movieName: string, numberOfTickets: number];

/**
 * The canonical state: shows sorted by date, slot (M, A, E), theatre, movie name; bookings by show, then customer id.
 * Strings compare by Unicode code point. Two replicas that executed the same requests export the same value.
 */
export type CanonicalState = readonly [shows: readonly ShowRow[], bookings: readonly BookingRow[]];

/** One version of the booking rules as a module: no clock, no chance, no input or output of its own. */
export interface Replica {
  /** Executes the request and answers it. Never throws for any request whose `args` is an object, however malformed. */
  execute(request: ReplicaRequest): Answer;
  /** The canonical state now. */
  exportState(): CanonicalState;
  /** Replaces the whole state by the given one, which is canonical. */
  importState(state: CanonicalState): void;
}

/** What a version is told when it is made. */
export interface ReplicaOptions {
  /** The theatres of this cluster: three capital letters each. */
  readonly theatres: readonly string[];
}

/** What each version's folder exports as `makeReplica`. */
export type MakeReplica = (options: ReplicaOptions) => Replica;
