import type { DayNumber } from "./civil-date.ts";

/** What says where a show stands in a list. */
export interface ShowPosition {
  readonly day: DayNumber;
  /** Place in the day: 0 morning, 1 afternoon, 2 evening. */
  readonly slot: number;
  readonly theatre: string;
  readonly movieName: string;
}

const surrogatesFrom = 0xd800;
const surrogatesEnd = 0xe000;

/**
 * Compares two well-formed strings by Unicode code point: negative, 0 or positive.
 *
 * The language compares UTF-16 units, where a surrogate pair, a code point from U+10000, comes before U+E000 to U+FFFF.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const unitOfA = a.charCodeAt(index);
    const unitOfB = b.charCodeAt(index);
    if (unitOfA !== unitOfB) return rank(unitOfA) - rank(unitOfB);
  }
  return a.length - b.length;
}

/** Compares two shows as lists are sorted: by date, slot (morning, afternoon, evening), theatre, movie name. */
export function compareShows(a: ShowPosition, b: ShowPosition): number {
  return (
    a.day - b.day ||
    a.slot - b.slot ||
    compareCodePoints(a.theatre, b.theatre) ||
    compareCodePoints(a.movieName, b.movieName)
  );
}

/** True when a show is on a later date than another one, or on the same date in a later slot. */
export function isLater(show: ShowPosition, than: ShowPosition): boolean {
  return show.day > than.day || (show.day === than.day && show.slot > than.slot);
}

/** Lifts surrogates above all other units: the first unit that differs then decides as the code points do. */
function rank(unit: number): number {
  return unit >= surrogatesFrom && unit < surrogatesEnd ? unit + 0x1_0000 : unit;
}
