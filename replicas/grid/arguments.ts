import type { ArgumentsOf, TicketArguments } from "../../protocol/operation.ts";
import { malformed } from "./identifiers.ts";
import { countMax } from "./limits.ts";
import type { State } from "./state.ts";

/** A show that somebody named, in numbers. The movie is 0 when it has no show at all. */
export interface NamedShow {
  readonly place: number;
  readonly movie: number;
}

/** What the operations of administrators have in common. */
export interface NamedChange extends NamedShow {
  /** The theatre of the administrator; a customer who says to be one has a number that no theatre has. */
  readonly theatre: number;
}

/** What the operations on tickets have in common. */
export interface NamedTickets extends NamedShow {
  readonly customer: number;
  readonly tickets: number;
}

/** The show of a movie id and a movie name, `undefined` when either is malformed. */
export function readShow({ ids, movies }: State, movieID: unknown, movieName: unknown): NamedShow | undefined {
  const place = ids.readPlace(movieID);
  const movie = movies.read(movieName);
  return place === malformed || movie === malformed ? undefined : { place, movie };
}

/** Who changes which show, `undefined` when anything of it is malformed. */
export function readChange(state: State, args: ArgumentsOf["removeMovieSlots"]): NamedChange | undefined {
  const theatre = state.ids.readAdministrator(args.adminID);
  const show = readShow(state, args.movieID, args.movieName);
  if (theatre === malformed || show === undefined) return undefined;
  return { theatre, place: show.place, movie: show.movie };
}

/** Whose tickets of which show and how many, `undefined` when anything of it is malformed. */
export function readTickets(state: State, args: TicketArguments): NamedTickets | undefined {
  const customer = state.ids.readCustomer(args.customerID);
  const show = readShow(state, args.movieID, args.movieName);
  const tickets = readCount(args.numberOfTickets);
  if (customer === malformed || show === undefined || tickets === malformed) return undefined;
  return { customer, place: show.place, movie: show.movie, tickets };
}

/** A capacity or a number of tickets, 1 to `countMax`, or `malformed`. */
export function readCount(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= countMax ? value : malformed;
}
