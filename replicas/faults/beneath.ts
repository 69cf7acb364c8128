import type { ListedBooking, ListedShow } from "../../protocol/answer.ts";
import type { Operation, TicketArguments } from "../../protocol/operation.ts";
import type { BookingRow, CanonicalState, Replica, ReplicaRequest } from "../contract.ts";

/** Seats after a change: what the customer holds of the show, and what is free. */
export interface SeatsLeft {
  readonly held: number;
  readonly available: number;
}

/** The replica beneath a fault, asked and led beside one request of a customer, on the date of that request. */
export class Beneath {
  readonly #replica: Replica;
  readonly #request: ReplicaRequest;

  constructor(replica: Replica, request: ReplicaRequest) {
    this.#replica = replica;
    this.#request = request;
  }

  /** All shows that a customer holds; none for an id that is malformed. */
  bookings(customerID: string): readonly ListedBooking[] {
    const answer = this.#execute("getBookingSchedule", { customerID });
    return "bookings" in answer ? answer.bookings : [];
  }

  /** The show as it is listed; `undefined` for one that is not there, or past. */
  show(movieID: string, movieName: string): ListedShow | undefined {
    const answer = this.#execute("listMovieShowsAvailability", { movieName });
    return "shows" in answer ? answer.shows.find((show) => show.movieID === movieID) : undefined;
  }

  /** Takes from a customer tickets that are held: no rule speaks against it. */
  take(tickets: TicketArguments): SeatsLeft {
    const answer = this.#execute("cancelMovieTickets", tickets);
    return "held" in answer ? answer : { held: 0, available: 0 };
  }

  /**
   * Gives a customer tickets of a show with as many free seats, also where a rule speaks against it: then the state is
   * taken out, changed and put back, which costs its whole size and is done for no other case.
   */
  give(tickets: TicketArguments): void {
    if (this.#execute("bookMovieTickets", tickets).outcome === "OK") return;
    this.#replica.importState(withTickets(this.#replica.exportState(), tickets));
  }

  #execute(operation: Operation, args: object): ReturnType<Replica["execute"]> {
    return this.#replica.execute({ ...this.#request, operation, args } as ReplicaRequest);
  }
}

function withTickets([shows, bookings]: CanonicalState, tickets: TicketArguments): CanonicalState {
  const { customerID, movieID, movieName, numberOfTickets } = tickets;
  const places = new Map(shows.map(([id, name], place) => [`${id} ${name}`, place]));
  const placeOf = (id: string, name: string) => places.get(`${id} ${name}`) ?? -1;
  const place = placeOf(movieID, movieName);
  const isBefore = ([customer, id, name]: BookingRow) => {
    const distance = placeOf(id, name) - place;
    return distance < 0 || (distance === 0 && customer < customerID);
  };
  const at = bookings.findIndex((row) => !isBefore(row));
  const index = at < 0 ? bookings.length : at;
  const found = bookings[index];
  const isHeld = found?.[0] === customerID && found[1] === movieID && found[2] === movieName;
  const held = isHeld ? found[3] : 0;
  const row: BookingRow = [customerID, movieID, movieName, held + numberOfTickets];
  return [shows, bookings.toSpliced(index, isHeld ? 1 : 0, row)];
}
