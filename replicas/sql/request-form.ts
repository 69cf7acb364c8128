import { isOperation, type Operation } from "../../protocol/operation.ts";
import type { ReplicaRequest } from "../contract.ts";

const nameCharactersMax = 120;
const countMax = 1_000_000;

type Form = "admin" | "customer" | "movie" | "name" | "count";
type Fields = Readonly<Record<string, unknown>>;

const tickets = { customerID: "customer", movieID: "movie", movieName: "name", numberOfTickets: "count" } as const;

/** What each argument of each operation has to look like. */
const formsOf: { readonly [Name in Operation]: Readonly<Record<string, Form>> } = {
  addMovieSlots: { adminID: "admin", movieID: "movie", movieName: "name", bookingCapacity: "count" },
  removeMovieSlots: { adminID: "admin", movieID: "movie", movieName: "name" },
  listMovieShowsAvailability: { movieName: "name" },
  bookMovieTickets: tickets,
  getBookingSchedule: { customerID: "customer" },
  cancelMovieTickets: tickets,
  exchangeTickets: { ...tickets, newMovieID: "movie", newMovieName: "name" },
};

const formLists = new Map(Object.entries(formsOf).map(([operation, forms]) => [operation, Object.entries(forms)]));

/** The form of requests in one cluster. Whether the date in a movie id exists is not asked here: the engine knows. */
export class RequestForm {
  readonly #theatres: ReadonlySet<unknown>;

  /** `theatres` are three capital letters each. */
  constructor(theatres: readonly string[]) {
    this.#theatres = new Set(theatres);
  }

  /** True for a request of a known operation whose arguments, and whose business date, have the right form. */
  isKept(request: ReplicaRequest): boolean {
    const { operation, businessDate } = request;
    if (!isOperation(operation) || !isText(businessDate, /^\d{4}-\d{2}-\d{2}$/)) return false;
    const args = request.args as Fields;
    return (formLists.get(operation) ?? []).every(([name, form]) => this.#hasForm(args[name], form));
  }

  #hasForm(value: unknown, form: Form): boolean {
    switch (form) {
      case "admin":
        return isText(value, /^[A-Z]{3}[AC]\d{4}$/) && this.#theatres.has(value.slice(0, 3));
      case "customer":
        return isText(value, /^[A-Z]{3}C\d{4}$/) && this.#theatres.has(value.slice(0, 3));
      case "movie":
        return isText(value, /^[A-Z]{3}[MAE]\d{6}$/) && this.#theatres.has(value.slice(0, 3));
      case "name":
        return typeof value === "string" && isMovieName(value);
      default:
        return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= countMax;
    }
  }
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}

/** White space is what `trim` takes; a character is a code point, and a surrogate without its other half is none. */
function isMovieName(value: string): boolean {
  return (
    value !== "" &&
    value.length <= 2 * nameCharactersMax &&
    Array.from(value).length <= nameCharactersMax &&
    value.trim() === value &&
    !/\p{Surrogate}/u.test(value) &&
    value.normalize("NFC") === value
  );
}
