import type { Operation } from "../../protocol/operation.ts";
import { parseShowId, theatreOf } from "./show-id.ts";

/** Tells whether a request names an operation and carries its arguments, each of its form. Never throws. */
export type IsWellFormed = (request: { readonly operation: unknown; readonly args: unknown }) => boolean;

type Check = (value: unknown) => boolean;
type Row = readonly (readonly [name: string, check: Check])[];

const capacityMax = 1_000_000;
const ticketsMax = 1_000_000;
const nameCharsMax = 120;
/** A character is at most two UTF-16 units. */
const nameUnitsMax = 2 * nameCharsMax;
const anyCallerForm = /^[A-Z]{3}[AC]\d{4}$/;
const customerForm = /^[A-Z]{3}C\d{4}$/;

/** Makes the check for a cluster of these theatres. What is not named by the contract is not looked at. */
export function makeIsWellFormed(theatres: readonly string[]): IsWellFormed {
  const rows = makeRows(new Set(theatres));
  return ({ operation, args }) => {
    const row = rows.get(operation);
    if (row === undefined || typeof args !== "object" || args === null) return false;
    const values = args as Readonly<Record<string, unknown>>;
    for (const [name, check] of row) {
      if (!check(values[name])) return false;
    }
    return true;
  };
}

function makeRows(theatres: ReadonlySet<string>): ReadonlyMap<unknown, Row> {
  const isIdOf = (form: RegExp): Check => {
    return (value) => typeof value === "string" && form.test(value) && theatres.has(theatreOf(value));
  };
  const isShowId: Check = (value) => {
    if (typeof value !== "string") return false;
    const showtime = parseShowId(value);
    return showtime !== undefined && theatres.has(showtime.theatre);
  };
  // A customer's id in this place is well-formed; the operation refuses it.
  const admin = ["adminID", isIdOf(anyCallerForm)] as const;
  const customer = ["customerID", isIdOf(customerForm)] as const;
  const show = [["movieID", isShowId] as const, ["movieName", isMovieName] as const] as const;
  const newShow = [["newMovieID", isShowId] as const, ["newMovieName", isMovieName] as const] as const;
  const tickets = ["numberOfTickets", isCountUpTo(ticketsMax)] as const;
  const rows: { readonly [Name in Operation]: Row } = {
    addMovieSlots: [admin, ...show, ["bookingCapacity", isCountUpTo(capacityMax)]],
    removeMovieSlots: [admin, ...show],
    listMovieShowsAvailability: [["movieName", isMovieName]],
    bookMovieTickets: [customer, ...show, tickets],
    getBookingSchedule: [customer],
    cancelMovieTickets: [customer, ...show, tickets],
    exchangeTickets: [customer, ...show, ...newShow, tickets],
  };
  return new Map(Object.entries(rows));
}

function isCountUpTo(max: number): Check {
  return (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

/** 1 to 120 characters, trimmed and in Unicode normalization form C already. */
function isMovieName(value: unknown): boolean {
  if (typeof value !== "string" || value.length === 0 || value.length > nameUnitsMax) return false;
  if (value.length > nameCharsMax && [...value].length > nameCharsMax) return false;
  return value.trim() === value && value.normalize("NFC") === value && !/\p{Surrogate}/u.test(value);
}
