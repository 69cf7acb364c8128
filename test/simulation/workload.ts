import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { callerOf } from "../../protocol/caller.ts";
import type { Chance } from "../../protocol/chance.ts";
import { isOperation, isRead } from "../../protocol/operation.ts";

/** The business date of the simulation, before and after midnight. */
export const businessDates = ["2023-05-12", "2023-05-13"] as const;

/** One call as a client made it, and what came of it. */
export interface Made {
  readonly call: Call;
  readonly caller: string;
  readonly madeAt: number;
  /** The highest number that any answer had named when this call was made. */
  readonly knownBefore: number;
  /** A request id that was used before, with the same content or with another. */
  readonly again: "no" | "same" | "other";
  reply: CallReply | CallFault | undefined;
}

/** What clients need of the world around them. */
export interface WorkloadHost {
  readonly clock: { readonly now: number };
  readonly chance: Chance;
  after(delayMs: number, run: () => void): void;
  /** Makes a call at one of the front ends. */
  call(frontend: number, call: Call, caller: string, onReply: (reply: CallReply | CallFault) => void): void;
}

const movies = ["Avatar", "Titanic"];
const showIds = ["ATWM130523", "ATWA130523", "VERE140523", "OUTM150523"];
const customers = ["ATWC1000", "ATWC1001", "VERC2000"];
const isChange = (call: Call) => isOperation(call.operation) && !isRead(call.operation);

/** Clients that book, cancel, exchange and look: few seats and few shows, so that every rule has work to do. */
export class Workload {
  readonly made: Made[] = [];
  readonly #host: WorkloadHost;
  readonly #thinkMs: number;
  #isOver = false;
  #known = 0;
  #nextId = 1;
  #pending = 0;

  constructor(host: WorkloadHost, clients: number, thinkMs: number) {
    this.#host = host;
    this.#thinkMs = thinkMs;
    for (let client = 0; client < clients; client++) host.after(host.chance.between(0, 50), () => this.#next(client));
  }

  /** Calls that wait for their answer. */
  get pending(): number {
    return this.#pending;
  }

  /** Has the clients make no new call. */
  end(): void {
    this.#isOver = true;
  }

  #next(client: number): void {
    if (this.#isOver) return;
    const { chance } = this.#host;
    const call = this.#callOf(customers[client % customers.length]!);
    this.#make(client, call, callerOf(call), "no");
    if (chance.happens(0.05)) this.#make(client + 1, call, callerOf(call), "same");
  }

  #make(client: number, call: Call, caller: string, again: Made["again"]): void {
    const made: Made = {
      call,
      caller,
      madeAt: this.#host.clock.now,
      knownBefore: this.#known,
      again,
      reply: undefined,
    };
    this.made.push(made);
    this.#send(client, made);
  }

  #send(client: number, made: Made): void {
    this.#pending++;
    this.#host.call(client % 2, made.call, made.caller, (reply) => {
      this.#pending--;
      const isRetried = reply.kind === "fault" && reply.code !== "REQUEST_ID_REUSED";
      // An unknown outcome is settled by the same request id, at the other front end.
      if (isRetried) this.#send(client + 1, made);
      else this.#onReply(client, made, reply);
    });
  }

  #onReply(client: number, made: Made, reply: CallReply | CallFault): void {
    const { chance } = this.#host;
    made.reply = reply;
    if (reply.kind === "answer") this.#known = Math.max(this.#known, reply.sequence);
    if (made.again !== "no") return;
    if (isChange(made.call) && !this.#isOver) {
      if (chance.happens(0.1)) this.#make(client + chance.between(0, 1), made.call, made.caller, "same");
      if (chance.happens(0.03)) this.#make(client, this.#otherContent(made.call), made.caller, "other");
    }
    this.#host.after(chance.between(0, 2 * this.#thinkMs), () => this.#next(client));
  }

  #callOf(customerID: string): Call {
    const { chance } = this.#host;
    const movieID = pick(chance, showIds);
    const movieName = pick(chance, movies);
    const adminID = `${movieID.slice(0, 3)}A1000`;
    const requestId = `r-${this.#nextId++}`;
    const tickets = { customerID, movieID, movieName, numberOfTickets: chance.between(1, 3) };
    const dice = chance.between(0, 99);
    if (dice < 15) {
      return {
        operation: "addMovieSlots",
        requestId,
        args: { adminID, movieID, movieName, bookingCapacity: chance.between(2, 9) },
      };
    }
    if (dice < 18) return { operation: "removeMovieSlots", requestId, args: { adminID, movieID, movieName } };
    if (dice < 50) return { operation: "bookMovieTickets", requestId, args: tickets };
    if (dice < 63) return { operation: "cancelMovieTickets", requestId, args: tickets };
    if (dice < 72) {
      const args = { ...tickets, newMovieID: pick(chance, showIds), newMovieName: pick(chance, movies) };
      const { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets } = args;
      return {
        operation: "exchangeTickets",
        requestId,
        args: { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets },
      };
    }
    if (dice < 85) return { operation: "listMovieShowsAvailability", args: { movieName } };
    if (dice < 96) return { operation: "getBookingSchedule", args: { customerID } };
    const earlier = `r-${chance.between(1, this.#nextId)}`;
    return { operation: "getRequestOutcome", args: { callerID: customerID, requestId: earlier } };
  }

  #otherContent(call: Call): Call {
    if (call.operation !== "bookMovieTickets") return { ...call, args: { ...call.args, movieName: "Jaws" } } as Call;
    return { ...call, args: { ...call.args, numberOfTickets: call.args.numberOfTickets + 1 } };
  }
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[chance.between(0, items.length - 1)]!;
}
