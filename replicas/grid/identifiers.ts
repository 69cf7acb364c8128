import { dateOfDay, dayNumber } from "./calendar.ts";
import { customersPerTheatre } from "./limits.ts";
import { Theatres } from "./theatres.ts";

/** Stands for what is malformed. */
export const malformed = -1;

/** Stands for the well-formed id of somebody who is not an administrator: no theatre has this number. */
const notAdministrator = -2;

const slots = "MAE";
const codeOf0 = "0".charCodeAt(0);
const adminLetter = "A".charCodeAt(0);
const customerLetter = "C".charCodeAt(0);

/**
 * Ids as numbers, in the order of lists. A customer is `theatre * 10,000 + digits`. A time is `day * 3 + slot`; a place,
 * which is what a movie id names, is `time * theatres + theatre`: below 36,525 * 3 * 26^3, and so below 2^31.
 */
export class Identifiers {
  readonly #theatres: Theatres;
  readonly #theatreCount: number;

  /** The theatres may come in any order. */
  constructor(theatres: readonly string[]) {
    this.#theatres = new Theatres(theatres);
    this.#theatreCount = this.#theatres.names.length;
  }

  /** One more than the largest number of a customer. */
  get customersMax(): number {
    return this.#theatreCount * customersPerTheatre;
  }

  /** The customer that an id names, or `malformed`. */
  readCustomer(id: unknown): number {
    if (typeof id !== "string" || id.length !== 8 || id.charCodeAt(3) !== customerLetter) return malformed;
    const theatre = this.#theatres.read(id);
    const digits = digitsAt(id, 4, 4);
    return theatre < 0 || digits < 0 ? malformed : theatre * customersPerTheatre + digits;
  }

  /** The theatre of the administrator that an id names, a number that no theatre has for a customer's id, or `malformed`. */
  readAdministrator(id: unknown): number {
    if (this.readCustomer(id) !== malformed) return notAdministrator;
    if (typeof id !== "string" || id.length !== 8 || id.charCodeAt(3) !== adminLetter) return malformed;
    return digitsAt(id, 4, 4) < 0 ? malformed : this.#theatres.read(id);
  }

  /** The place that a movie id names, or `malformed`. */
  readPlace(id: unknown): number {
    if (typeof id !== "string" || id.length !== 10) return malformed;
    const theatre = this.#theatres.read(id);
    const slot = slots.indexOf(id.charAt(3));
    const [dayOfMonth, month, year] = [digitsAt(id, 4, 2), digitsAt(id, 6, 2), digitsAt(id, 8, 2)];
    if (theatre < 0 || slot < 0 || year < 0) return malformed;
    const day = dayNumber(2000 + year, month, dayOfMonth);
    return day === undefined ? malformed : (day * 3 + slot) * this.#theatreCount + theatre;
  }

  /** The id of a customer. */
  customerId(customer: number): string {
    const theatre = this.homeOf(customer);
    return `${this.#theatres.names[theatre]}C${padded(customer - theatre * customersPerTheatre, 4)}`;
  }

  /** The movie id that names a place. */
  movieId(place: number): string {
    const time = this.timeOf(place);
    const date = padded(dateOfDay(Math.floor(time / 3)), 6);
    return `${this.#theatres.names[this.theatreOf(place)]}${slots.charAt(time % 3)}${date}`;
  }

  /** The theatre that is a customer's home. */
  homeOf(customer: number): number {
    return Math.floor(customer / customersPerTheatre);
  }

  /** The theatre of a place. */
  theatreOf(place: number): number {
    return place % this.#theatreCount;
  }

  /** The time of a place: its day and slot. */
  timeOf(place: number): number {
    return Math.floor(place / this.#theatreCount);
  }

  /** The number of the day of a place. */
  dayOf(place: number): number {
    return Math.floor(this.timeOf(place) / 3);
  }
}

/** The number that `count` ASCII digits from `at` on make, -1 when one of them is none. */
function digitsAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let next = at; next < at + count; next++) {
    const digit = text.charCodeAt(next) - codeOf0;
    // What is behind the end of the text is not a number, and no comparison with that is true.
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** A whole number in `length` digits or more, zeros in front. */
function padded(number: number, length: number): string {
  return String(number).padStart(length, "0");
}
