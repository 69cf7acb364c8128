import type { CallArgumentsOf, CallOperation } from "../protocol/call.ts";

/** A word that follows a command. */
export interface Parameter<Key extends string = string> {
  /** As the help shows it. */
  readonly name: string;
  /** The argument of the operation. */
  readonly key: Key;
  readonly description: string;
  readonly isCount?: boolean;
}

/** How many tickets or seats a request may name: the type `Count` of the contract. */
export const countRange = { min: 1, max: 1_000_000 } as const;

/** A command that is one operation of the service. */
export interface BookingCommand<Name extends CallOperation = CallOperation> {
  readonly name: string;
  readonly operation: Name;
  readonly description: string;
  /** In the order of the command line. */
  readonly parameters: readonly Parameter[];
  /** Whether it changes anything, so that it has a request id. */
  readonly isChange: boolean;
  readonly example: string;
}

const admin = { name: "admin", description: "an administrator of the show's theatre, like ATWA1234" } as const;
const customer = { name: "customer", description: "a customer, like ATWC1234" } as const;
const show = {
  name: "show",
  description: "theatre, M A or E (morning, afternoon, evening) and date: ATWM211126",
} as const;
const movie = { name: "movie", description: "the movie's name, compared exactly" } as const;
const tickets = { name: "tickets", description: "how many, 1 to 1000000", isCount: true } as const;

/** The commands in the order of the help; the compiler sees that each operation has one and gets arguments of its own. */
const menu: {
  readonly [Name in CallOperation]: Omit<BookingCommand<Name>, "operation" | "parameters"> & {
    readonly parameters: readonly Parameter<keyof CallArgumentsOf[Name] & string>[];
  };
} = {
  listMovieShowsAvailability: {
    name: "list",
    description: "list the shows of a movie in all theatres",
    parameters: [{ ...movie, key: "movieName" }],
    isChange: false,
    example: "list Avatar",
  },
  bookMovieTickets: {
    name: "book",
    description: "book tickets of a show: all of them or none",
    parameters: [
      { ...customer, key: "customerID" },
      { ...show, key: "movieID" },
      { ...movie, key: "movieName" },
      { ...tickets, key: "numberOfTickets" },
    ],
    isChange: true,
    example: "book ATWC1234 ATWM211126 Avatar 2",
  },
  getBookingSchedule: {
    name: "schedule",
    description: "list the tickets that a customer holds",
    parameters: [{ ...customer, key: "customerID" }],
    isChange: false,
    example: "schedule ATWC1234",
  },
  cancelMovieTickets: {
    name: "cancel",
    description: "give tickets back",
    parameters: [
      { ...customer, key: "customerID" },
      { ...show, key: "movieID" },
      { ...movie, key: "movieName" },
      { ...tickets, key: "numberOfTickets" },
    ],
    isChange: true,
    example: "cancel ATWC1234 ATWM211126 Avatar 1",
  },
  exchangeTickets: {
    name: "exchange",
    description: "exchange tickets of one show for another in one step",
    parameters: [
      { ...customer, key: "customerID" },
      { name: "old-show", description: "the show that they are for", key: "movieID" },
      { name: "old-movie", description: "its movie", key: "movieName" },
      { name: "new-show", description: "the show to exchange them for", key: "newMovieID" },
      { name: "new-movie", description: "its movie", key: "newMovieName" },
      { ...tickets, key: "numberOfTickets" },
    ],
    isChange: true,
    example: "exchange ATWC1234 ATWM211126 Avatar ATWE211126 Titanic 1",
  },
  addMovieSlots: {
    name: "add-show",
    description: "make a show, or set the capacity of one that exists",
    parameters: [
      { ...admin, key: "adminID" },
      { ...show, key: "movieID" },
      { ...movie, key: "movieName" },
      { name: "capacity", description: "seats in all, 1 to 1000000", key: "bookingCapacity", isCount: true },
    ],
    isChange: true,
    example: "add-show ATWA1234 ATWM211126 Avatar 50",
  },
  removeMovieSlots: {
    name: "remove-show",
    description: "remove a show; its tickets go to a later one where there is room",
    parameters: [
      { ...admin, key: "adminID" },
      { ...show, key: "movieID" },
      { ...movie, key: "movieName" },
    ],
    isChange: true,
    example: "remove-show ATWA1234 ATWM211126 Avatar",
  },
  getRequestOutcome: {
    name: "outcome",
    description: "tell what became of an earlier request",
    parameters: [
      { name: "caller", description: "who made it: a customer or an administrator", key: "callerID" },
      { name: "request-id", description: "the id that was printed with it", key: "requestId" },
    ],
    isChange: false,
    example: "outcome ATWC1234 cli-5f0c2d1e",
  },
};

/** Every command that is one operation of the service, in the order of the help. */
export const bookingCommands: readonly BookingCommand[] = Object.entries(menu).map(([operation, command]) => ({
  ...command,
  operation: operation as CallOperation,
}));
