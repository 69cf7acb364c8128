import { createHash } from "node:crypto";
import { expect } from "chai";
import { isRead, type Operation } from "../../protocol/operation.ts";
import type { CanonicalState } from "../../replicas/contract.ts";
import type { Output, RequestInput } from "./conversation.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One executed request with the exports around it. */
export interface Executed {
  readonly request: RequestInput;
  readonly before: CanonicalState;
  readonly answer: unknown;
  readonly after: CanonicalState;
}

/** An export, after its digest and its order were found right. */
export function checkExport(output: Output): CanonicalState {
  const state = output["state"] as CanonicalState;
  const text = JSON.stringify(state);
  expect(output["digest"], "digest of the state").to.equal(createHash("sha256").update(text).digest("hex"));
  const [shows, bookings] = state;
  expectSorted(shows.map(([id, name]) => showKey(id, name)));
  expectSorted(bookings.map(([customer, id, name]) => [...showKey(id, name), customer]));
  return state;
}

/** What holds for every request: numbers that add up, and nothing changed by a read or a refusal. */
export function checkExecuted({ request, before, answer, after }: Executed): void {
  const { outcome, ...data } = answer as Fields;
  if (outcome === "REFUSED" || isRead(request.operation as Operation)) {
    expect(after, "state after a read or a refusal").to.deep.equal(before);
  }
  for (const [id, name, capacity] of after[0]) {
    expect(capacity - sold(after, id, name), `free seats of ${id} ${name}`).to.be.within(0, capacity);
  }
  if (outcome === "OK") expect(data, "the answer, as the state has it").to.deep.include(dataIn(after, request));
}

/** The part of an answer that the state after the request tells. */
function dataIn(state: CanonicalState, { operation, args, businessDate }: RequestInput): Fields {
  const { customerID, movieID, movieName } = args as { readonly [name: string]: string };
  const seats = (id = "", name = "") => {
    const capacity = state[0].find((show) => show[0] === id && show[1] === name)?.[2] ?? 0;
    return { capacity, available: capacity - sold(state, id, name) };
  };
  const held = (id: unknown, name: unknown) =>
    state[1].find((row) => row[0] === customerID && row[1] === id && row[2] === name)?.[3] ?? 0;
  switch (operation) {
    case "addMovieSlots":
      return seats(movieID, movieName);
    case "listMovieShowsAvailability": {
      const listed = state[0].filter(([id, name]) => name === movieName && dateOf(id) >= businessDate);
      return { shows: listed.map(([id, name]) => ({ movieID: id, movieName: name, ...seats(id, name) })) };
    }
    case "bookMovieTickets":
    case "cancelMovieTickets":
      return { held: held(movieID, movieName), available: seats(movieID, movieName).available };
    case "getBookingSchedule": {
      const own = state[1].filter(([customer]) => customer === customerID);
      return {
        bookings: own.map(([, id, name, tickets]) => ({ movieID: id, movieName: name, numberOfTickets: tickets })),
      };
    }
    case "exchangeTickets": {
      const { newMovieID, newMovieName } = args as { readonly [name: string]: string };
      return {
        heldOld: held(movieID, movieName),
        heldNew: held(newMovieID, newMovieName),
        availableOld: seats(movieID, movieName).available,
        availableNew: seats(newMovieID, newMovieName).available,
      };
    }
    default:
      return {};
  }
}

function sold(state: CanonicalState, movieID: string, movieName: string): number {
  let sum = 0;
  for (const [, id, name, tickets] of state[1]) if (id === movieID && name === movieName) sum += tickets;
  return sum;
}

function dateOf(movieID: string): string {
  return `20${movieID.slice(8, 10)}-${movieID.slice(6, 8)}-${movieID.slice(4, 6)}`;
}

function showKey(movieID: string, movieName: string): readonly string[] {
  return [dateOf(movieID), String("MAE".indexOf(movieID.charAt(3))), movieID.slice(0, 3), movieName];
}

function expectSorted(keys: readonly (readonly string[])[]): void {
  for (const [index, key] of keys.slice(1).entries()) {
    const order = compare(keys[index] ?? [], key);
    expect(order, `${JSON.stringify(keys[index])} before ${JSON.stringify(key)}`).to.be.below(0);
  }
}

/** UTF-8 keeps the order of code points. */
function compare(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = Buffer.compare(Buffer.from(text), Buffer.from(b[index] ?? ""));
    if (order !== 0) return order;
  }
  return 0;
}
