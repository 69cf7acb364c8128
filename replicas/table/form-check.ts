import type { ArgumentsOf, Operation } from "../../protocol/operation.ts";
import { parseMovieID, theatreOf } from "./movie-id.ts";
import { isMovieName } from "./movie-name.ts";

/** Tells whether the arguments of a request are well-formed; an operation that there is not never is. */
export type FormCheck = (operation: unknown, args: unknown) => boolean;

type Form = (value: unknown) => boolean;
type FormRow = readonly (readonly [name: string, form: Form])[];

const countMax = 1_000_000;

/** Makes the check for a cluster with these theatres. */
export function makeFormCheck(theatres: readonly string[]): FormCheck {
  const rows = formRows(new Set(theatres));
  return (operation, args) => {
    const row = rows.get(operation);
    if (row === undefined || typeof args !== "object" || args === null) return false;
    for (const [name, form] of row) {
      if (!form((args as Readonly<Record<string, unknown>>)[name])) return false;
    }
    return true;
  };
}

function formRows(theatres: ReadonlySet<string>): ReadonlyMap<unknown, FormRow> {
  // A customer's id is a well-formed adminID: it is refused by a rule, NOT_PERMITTED.
  const adminID: Form = (value) => isPersonID(value, /^[A-Z]{3}[AC]\d{4}$/, theatres);
  const customerID: Form = (value) => isPersonID(value, /^[A-Z]{3}C\d{4}$/, theatres);
  const movieID: Form = (value) => {
    const parts = parseMovieID(value);
    return parts !== undefined && theatres.has(parts.theatre);
  };
  const forms = {
    addMovieSlots: { adminID, movieID, movieName: isMovieName, bookingCapacity: isCount },
    removeMovieSlots: { adminID, movieID, movieName: isMovieName },
    listMovieShowsAvailability: { movieName: isMovieName },
    bookMovieTickets: { customerID, movieID, movieName: isMovieName, numberOfTickets: isCount },
    getBookingSchedule: { customerID },
    cancelMovieTickets: { customerID, movieID, movieName: isMovieName, numberOfTickets: isCount },
    exchangeTickets: {
      customerID,
      movieID,
      movieName: isMovieName,
      newMovieID: movieID,
      newMovieName: isMovieName,
      numberOfTickets: isCount,
    },
  } satisfies { readonly [Name in Operation]: { readonly [Argument in keyof ArgumentsOf[Name]]: Form } };
  // A map, since a name like "constructor" is found in every object.
  return new Map(Object.entries(forms).map(([operation, row]) => [operation, Object.entries(row)]));
}

function isPersonID(value: unknown, form: RegExp, theatres: ReadonlySet<string>): boolean {
  return typeof value === "string" && form.test(value) && theatres.has(theatreOf(value));
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= countMax;
}
