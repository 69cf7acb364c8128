import type { Answer } from "../../protocol/answer.ts";
import type { ArgumentsOf, TicketArguments } from "../../protocol/operation.ts";
import type { CanonicalState, Replica, ReplicaRequest, ShowRow } from "../contract.ts";
import { Beneath } from "./beneath.ts";
import type { Fault, FaultyReplica } from "./fault.ts";

/** Seats of one show that nobody gets. */
interface Kept {
  readonly movieName: string;
  readonly seats: number;
}

type RequestOf<Name extends ReplicaRequest["operation"]> = Extract<ReplicaRequest, { readonly operation: Name }>;

/**
 * Takes cancelled tickets from the customer and does not give their seats back: nobody gets them any more. They are lost
 * for bookings, exchanges, moves and a smaller capacity. The canonical state has no place for them, so they are back
 * after an import and when the fault is cleared.
 */
export const cancelKeepsSeats: Fault = { kind: "answers", wrap: (replica) => new SeatKeeper(replica) };

/** What the replica beneath does is undone where it made use of a seat that is kept. */
class SeatKeeper implements FaultyReplica {
  readonly #replica: Replica;
  /** What was cancelled of each show and not given back; never more than is free beneath. */
  readonly #kept = new Map<string, Kept>();

  constructor(replica: Replica) {
    this.#replica = replica;
  }

  execute(request: ReplicaRequest): Answer {
    switch (request.operation) {
      case "addMovieSlots":
        return this.#add(request);
      case "removeMovieSlots":
        return this.#remove(request);
      case "listMovieShowsAvailability":
        return this.#list(request);
      case "bookMovieTickets":
        return this.#book(request);
      case "cancelMovieTickets":
        return this.#cancel(request);
      case "exchangeTickets":
        return this.#exchange(request);
      default:
        return this.#replica.execute(request);
    }
  }

  exportState(): CanonicalState {
    return this.#replica.exportState();
  }

  importState(state: CanonicalState): void {
    this.#kept.clear();
    this.#replica.importState(state);
  }

  release(): Replica {
    return this.#replica;
  }

  #add(request: RequestOf<"addMovieSlots">): Answer {
    const { movieID, movieName } = request.args;
    const kept = this.#keptOf(movieID, movieName);
    if (kept === 0) return this.#replica.execute(request);
    const before = new Beneath(this.#replica, request).show(movieID, movieName);
    const answer = this.#replica.execute(request);
    if (!("capacity" in answer)) return answer;
    if (answer.available >= kept || before === undefined) return { ...answer, available: answer.available - kept };
    this.#replica.execute({ ...request, args: { ...request.args, bookingCapacity: before.capacity } });
    return { outcome: "REFUSED", reason: "CAPACITY_BELOW_SOLD" };
  }

  #remove(request: RequestOf<"removeMovieSlots">): Answer {
    const { movieID, movieName } = request.args;
    const key = keyOf(movieID, movieName);
    const isElsewhere = [...this.#kept].some(([other, kept]) => other !== key && kept.movieName === movieName);
    const answer = isElsewhere ? this.#removeAmongKept(request, key) : this.#replica.execute(request);
    if (answer.outcome === "OK") this.#kept.delete(key);
    return answer;
  }

  /** The moves have to find no kept seat: these shows are smaller meanwhile, or away where no seat is left. */
  #removeAmongKept(request: RequestOf<"removeMovieSlots">, key: string): Answer {
    const before = this.#replica.exportState();
    const [shows, bookings] = before;
    const smaller = shows.map(([id, name, capacity]): ShowRow => {
      const kept = keyOf(id, name) === key ? 0 : this.#keptOf(id, name);
      return [id, name, capacity - kept];
    });
    this.#replica.importState([smaller.filter(([, , capacity]) => capacity > 0), bookings]);
    const answer = this.#replica.execute(request);
    const left = shows.filter(([id, name]) => keyOf(id, name) !== key);
    this.#replica.importState(answer.outcome === "OK" ? [left, this.#replica.exportState()[1]] : before);
    return answer;
  }

  #list(request: RequestOf<"listMovieShowsAvailability">): Answer {
    const answer = this.#replica.execute(request);
    if (!("shows" in answer)) return answer;
    const shows = answer.shows.map((show) => {
      return { ...show, available: show.available - this.#keptOf(show.movieID, show.movieName) };
    });
    return { ...answer, shows };
  }

  #book(request: RequestOf<"bookMovieTickets">): Answer {
    const answer = this.#replica.execute(request);
    if (!("held" in answer)) return answer;
    const available = answer.available - this.#keptOf(request.args.movieID, request.args.movieName);
    if (available >= 0) return { ...answer, available };
    new Beneath(this.#replica, request).take(request.args);
    return { outcome: "REFUSED", reason: "SHOW_FULL" };
  }

  #cancel(request: RequestOf<"cancelMovieTickets">): Answer {
    const answer = this.#replica.execute(request);
    if (!("held" in answer)) return answer;
    const { movieID, movieName, numberOfTickets } = request.args;
    const seats = this.#keptOf(movieID, movieName) + numberOfTickets;
    this.#kept.set(keyOf(movieID, movieName), { movieName, seats });
    return { ...answer, available: answer.available - seats };
  }

  #exchange(request: RequestOf<"exchangeTickets">): Answer {
    const answer = this.#replica.execute(request);
    if (!("heldOld" in answer)) return answer;
    const { args } = request;
    const taken = newTickets(args);
    const availableOld = answer.availableOld - this.#keptOf(args.movieID, args.movieName);
    const availableNew = answer.availableNew - this.#keptOf(taken.movieID, taken.movieName);
    if (availableNew >= 0) return { ...answer, availableOld, availableNew };
    const beneath = new Beneath(this.#replica, request);
    beneath.take(taken);
    beneath.give(args);
    return { outcome: "REFUSED", reason: "SHOW_FULL" };
  }

  #keptOf(movieID: string, movieName: string): number {
    return this.#kept.get(keyOf(movieID, movieName))?.seats ?? 0;
  }
}

function newTickets(args: ArgumentsOf["exchangeTickets"]): TicketArguments {
  const { customerID, newMovieID, newMovieName, numberOfTickets } = args;
  return { customerID, movieID: newMovieID, movieName: newMovieName, numberOfTickets };
}

/** As JSON, which cannot fail on what is malformed: the replica beneath has not judged it yet. */
function keyOf(movieID: string, movieName: string): string {
  return JSON.stringify([movieID, movieName]);
}
