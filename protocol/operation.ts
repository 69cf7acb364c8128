/** The arguments of each booking operation, by the operation's name, in the order of the contract. */
export interface ArgumentsOf {
  readonly addMovieSlots: {
    readonly adminID: string;
    readonly movieID: string;
    readonly movieName: string;
    readonly bookingCapacity: number;
  };
  readonly removeMovieSlots: { readonly adminID: string; readonly movieID: string; readonly movieName: string };
  readonly listMovieShowsAvailability: { readonly movieName: string };
  readonly bookMovieTickets: TicketArguments;
  readonly getBookingSchedule: { readonly customerID: string };
  readonly cancelMovieTickets: TicketArguments;
  readonly exchangeTickets: {
    readonly customerID: string;
    readonly movieID: string;
    readonly movieName: string;
    readonly newMovieID: string;
    readonly newMovieName: string;
    readonly numberOfTickets: number;
  };
}

/** What a booking and a cancellation name. */
export interface TicketArguments {
  readonly customerID: string;
  readonly movieID: string;
  readonly movieName: string;
  readonly numberOfTickets: number;
}

/** The name of a booking operation: what a replica executes. */
export type Operation = keyof ArgumentsOf;

/** Every booking operation, in the order of the contract. */
export const operations = [
  "addMovieSlots",
  "removeMovieSlots",
  "listMovieShowsAvailability",
  "bookMovieTickets",
  "getBookingSchedule",
  "cancelMovieTickets",
  "exchangeTickets",
] as const satisfies readonly Operation[];

const reads: ReadonlySet<string> = new Set<Operation>(["listMovieShowsAvailability", "getBookingSchedule"]);

/** True for an operation that never changes the state of a replica. */
export function isRead(operation: Operation): boolean {
  return reads.has(operation);
}

/** True for the name of a booking operation. */
export function isOperation(name: string): name is Operation {
  return (operations as readonly string[]).includes(name);
}
