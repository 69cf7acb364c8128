import type { CallArgumentsOf } from "../../protocol/call.ts";
import { Chance } from "../../protocol/chance.ts";
import { isRead, type Operation } from "../../protocol/operation.ts";
import type { Service } from "./service.ts";
import type { SoapResult } from "./soap-caller.ts";

/** How much a load asks for. */
export interface LoadOptions {
  /** Callers at the same time, each with one call under way. */
  readonly clients: number;
  /** Calls after which it ends by itself. */
  readonly callsMax: number;
  /** What the request ids of changes begin with, which are counted up; without it the front end makes them. */
  readonly idsFrom?: string;
  /** Another one makes other calls. */
  readonly seed?: number;
}

/** One call of a load. */
export interface LoadCall {
  readonly operation: Operation;
  readonly args: CallArgumentsOf[Operation];
  readonly requestId: string | undefined;
  /** By `performance.now()`. */
  readonly startedAt: number;
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
  readonly #chance: Chance;
  readonly #clients: readonly Promise<void>[];
  readonly #options: LoadOptions;
  readonly #answered: (LoadCall & { readonly result: SoapResult })[] = [];
  readonly #unanswered: LoadCall[] = [];
  #calls = 0;
  #slowestMs = 0;
  #isStopped = false;

  constructor(service: Service, options: LoadOptions) {
    this.#service = service;
    this.#options = options;
    const { clients, seed = 1 } = options;
    this.#chance = new Chance(seed);
    this.#clients = Array.from({ length: clients }, () => this.#run());
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  /** Calls that came back, in that order. */
  get answered(): readonly (LoadCall & { readonly result: SoapResult })[] {
    return this.#answered;
  }

  /** Calls that did not come back. */
  get unanswered(): readonly LoadCall[] {
    return this.#unanswered;
  }

  /** Milliseconds that the slowest answer took. */
  get slowestMs(): number {
    return this.#slowestMs;
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

  /** Resolves when the service is gone, and with it all calls that were under way. */
  async lost(): Promise<void> {
    await Promise.allSettled(this.#clients);
  }

  async #run(): Promise<void> {
    const { callsMax } = this.#options;
    try {
      while (!this.#isStopped && this.#calls < callsMax) await this.#call();
    } finally {
      this.#isStopped = true;
    }
  }

  async #call(): Promise<void> {
    const { idsFrom } = this.#options;
    this.#calls++;
    const [operation, args] = someCall(this.#chance);
    const requestId = idsFrom === undefined || isRead(operation) ? undefined : `${idsFrom}${this.#calls}`;
    const call = { operation, args, requestId, startedAt: performance.now() };
    try {
      const result = await this.#service.call(operation, args, requestId);
      this.#answered.push({ ...call, result });
      this.#slowestMs = Math.max(this.#slowestMs, performance.now() - call.startedAt);
    } catch (error) {
      this.#unanswered.push(call);
      throw error;
    }
  }
}

/** Runs a load while something happens, and ends it whatever comes of that; the load as it was in the end. */
export async function underLoad(
  service: Service,
  options: LoadOptions,
  happen: (load: MixedLoad) => Promise<void>,
): Promise<MixedLoad> {
  const load = new MixedLoad(service, options);
  try {
    await happen(load);
  } finally {
    await load.stop();
  }
  return load;
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
