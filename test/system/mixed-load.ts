import type { CallArgumentsOf } from "../../protocol/call.ts";
import { Chance } from "../../protocol/chance.ts";
import type { Operation } from "../../protocol/operation.ts";
import type { Service } from "./service.ts";

/** How much a load asks for. */
export interface LoadOptions {
  /** Callers at the same time, each with one call under way. */
  readonly clients: number;
  /** Calls after which it ends by itself. */
  readonly callsMax: number;
}

type AnyCall = { readonly [Name in Operation]: readonly [operation: Name, args: CallArgumentsOf[Name]] }[Operation];

/** How often each operation comes, of 100. */
const weights: readonly (readonly [Operation, number])[] = [
  ["addMovieSlots", 10],
  ["removeMovieSlots", 2],
  ["listMovieShowsAvailability", 8],
  ["bookMovieTickets", 48],
  ["getBookingSchedule", 7],
  ["cancelMovieTickets", 12],
  ["exchangeTickets", 13],
];
const theatres = ["ATW", "VER", "OUT"];
const movies = ["Avatar", "Les Misérables & <fils>"];
/** From the Friday of the run over the weekend into the next week. */
const dates = ["120523", "130523", "140523", "150523"];
const customers = 20;
const capacityMax = 12;

/**
 * Few customers who book, cancel, exchange and look, and administrators who add and remove few small shows, all at the
 * same time, so that every rule is met. Ends with `stop`, with its last call, or with the first call that gets no SOAP.
 */
export class MixedLoad {
  readonly #service: Service;
  readonly #chance = new Chance(1);
  readonly #clients: readonly Promise<void>[];
  readonly #callsMax: number;
  #calls = 0;
  #isStopped = false;

  constructor(service: Service, { clients, callsMax }: LoadOptions) {
    this.#service = service;
    this.#callsMax = callsMax;
    this.#clients = Array.from({ length: clients }, () => this.#run());
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Resolves when the last call is answered. */
  async done(): Promise<void> {
    await Promise.all(this.#clients);
  }

  /** Makes no further call, and resolves when those under way are answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.done();
  }

  async #run(): Promise<void> {
    try {
      while (!this.#isStopped && this.#calls < this.#callsMax) {
        this.#calls++;
        const [operation, args] = someCall(this.#chance);
        await this.#service.call(operation, args);
      }
    } finally {
      this.#isStopped = true;
    }
  }
}

/** Runs a load while something happens, and ends it whatever comes of that. */
export async function underLoad(
  service: Service,
  options: LoadOptions,
  happen: (load: MixedLoad) => Promise<void>,
): Promise<void> {
  const load = new MixedLoad(service, options);
  try {
    await happen(load);
  } finally {
    await load.stop();
  }
}

function someCall(chance: Chance): AnyCall {
  const operation = someOperation(chance);
  const show = someShow(chance);
  const customerID = `${pick(chance, theatres)}C${1000 + chance.between(1, customers)}`;
  const numberOfTickets = chance.between(1, 3);
  switch (operation) {
    case "addMovieSlots":
      return [operation, { adminID: adminOf(show.movieID), ...show, bookingCapacity: chance.between(1, capacityMax) }];
    case "removeMovieSlots":
      return [operation, { adminID: adminOf(show.movieID), ...show }];
    case "listMovieShowsAvailability":
      return [operation, { movieName: show.movieName }];
    case "getBookingSchedule":
      return [operation, { customerID }];
    case "exchangeTickets": {
      const { movieID: newMovieID, movieName: newMovieName } = someShow(chance);
      return [operation, { customerID, ...show, newMovieID, newMovieName, numberOfTickets }];
    }
    default:
      return [operation, { customerID, ...show, numberOfTickets }];
  }
}

function someOperation(chance: Chance): Operation {
  let left = chance.between(1, 100);
  for (const [operation, weight] of weights) {
    left -= weight;
    if (left <= 0) return operation;
  }
  return "bookMovieTickets";
}

function someShow(chance: Chance): { readonly movieID: string; readonly movieName: string } {
  const movieID = `${pick(chance, theatres)}${pick(chance, ["M", "E"])}${pick(chance, dates)}`;
  return { movieID, movieName: pick(chance, movies) };
}

function adminOf(movieID: string): string {
  return `${movieID.slice(0, 3)}A0001`;
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[chance.between(0, items.length - 1)] as Item;
}
