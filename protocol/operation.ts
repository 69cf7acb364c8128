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

/** The names of each operation's arguments, in the order of the contract. */
const argumentNames: { readonly [Name in Operation]: readonly (keyof ArgumentsOf[Name] & string)[] } = {
  addMovieSlots: ["adminID", "movieID", "movieName", "bookingCapacity"],
  removeMovieSlots: ["adminID", "movieID", "movieName"],
  listMovieShowsAvailability: ["movieName"],
  bookMovieTickets: ["customerID", "movieID", "movieName", "numberOfTickets"],
  getBookingSchedule: ["customerID"],
  cancelMovieTickets: ["customerID", "movieID", "movieName", "numberOfTickets"],
  exchangeTickets: ["customerID", "movieID", "movieName", "newMovieID", "newMovieName", "numberOfTickets"],
};

/** The one JSON text of an operation's arguments: keys in the order of the contract, no spaces, nothing else. */
export function canonicalArguments(operation: Operation, args: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(args, argumentNames[operation] as string[]);
}

const reads: ReadonlySet<string> = new Set<Operation>(["listMovieShowsAvailability", "getBookingSchedule"]);

/** True for an operation that never changes the state of a replica. */
export function isRead(operation: Operation): boolean {
  return reads.has(operation);
}

/** True for the name of a booking operation. */
export function isOperation(name: string): name is Operation {
  return (operations as readonly string[]).includes(name);
}
