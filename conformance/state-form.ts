import type { BookingRow, CanonicalState, ShowRow } from "../replicas/contract.ts";
import { shortText } from "./difference.ts";

const slots = "MAE";

/**
 * What is wrong with a value as a canonical state, for people, or `undefined`: its rows, their order, bookings of shows
 * that are not there, and more sold than there are seats.
 */
export function stateProblem(value: unknown): string | undefined {
  if (!isList(value) || value.length !== 2 || !value.every(isList)) return "state: expected [shows, bookings]";
  const [shows = [], bookings = []] = value;
  return (
    rowProblem("show", shows, isShow) ??
    rowProblem("booking", bookings, isBooking) ??
    meaningProblem([shows, bookings] as unknown as CanonicalState)
  );
}

/** Tickets of a show that customers hold. */
export function soldOf([, bookings]: CanonicalState, movieID: string, movieName: string): number {
  let sum = 0;
  for (const [, id, name, tickets] of bookings) if (id === movieID && name === movieName) sum += tickets;
  return sum;
}

/** The date of a show as `YYYY-MM-DD`. */
export function dateOf(movieID: string): string {
  return `20${movieID.slice(8, 10)}-${movieID.slice(6, 8)}-${movieID.slice(4, 6)}`;
}

function meaningProblem(state: CanonicalState): string | undefined {
  const [shows, bookings] = state;
  const order =
    orderProblem(shows.map(([id, name]) => showKey(id, name))) ??
    orderProblem(bookings.map(([customer, id, name]) => [...showKey(id, name), customer]));
  if (order !== undefined) return `state: not sorted: ${order}`;
  const free = new Map(shows.map(([id, name, capacity]) => [`${id} ${name}`, capacity]));
  for (const row of bookings) {
    const [, id, name, tickets] = row;
    const left = free.get(`${id} ${name}`);
    if (left === undefined) return `state: a booking of a show that is not there: ${shortText(row)}`;
    if (left < tickets) return `free seats of ${id} ${name}: expected 0 or more, got ${left - tickets}`;
    free.set(`${id} ${name}`, left - tickets);
  }
  return undefined;
}

function rowProblem(what: string, rows: readonly unknown[], isRow: (row: unknown) => boolean): string | undefined {
  const broken = rows.find((row) => !isRow(row));
  return broken === undefined ? undefined : `state: no ${what}: ${shortText(broken)}`;
}

function isShow(row: unknown): row is ShowRow {
  return isList(row) && row.length === 3 && isMovieID(row[0]) && typeof row[1] === "string" && isCount(row[2]);
}

function isBooking(row: unknown): row is BookingRow {
  if (!isList(row) || row.length !== 4 || typeof row[0] !== "string") return false;
  return isMovieID(row[1]) && typeof row[2] === "string" && isCount(row[3]);
}

function isMovieID(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z]{3}[MAE]\d{6}$/.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= 1_000_000;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function showKey(movieID: string, movieName: string): readonly string[] {
  return [dateOf(movieID), String(slots.indexOf(movieID.charAt(3))), movieID.slice(0, 3), movieName];
}

function orderProblem(keys: readonly (readonly string[])[]): string | undefined {
  for (const [index, key] of keys.slice(1).entries()) {
    const before = keys[index] ?? [];
    if (compareKeys(before, key) >= 0) return `${shortText(before)} before ${shortText(key)}`;
  }
  return undefined;
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [index, text] of a.entries()) {
    const order = compareTexts([...text], [...(b[index] ?? "")]);
    if (order !== 0) return order;
  }
  return 0;
}

/** By code point, of which each text is a list here. */
function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
