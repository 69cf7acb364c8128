import type { Show } from "./views.ts";

/**
 * Compares by Unicode code point: negative, 0 or positive. `<` would compare UTF-16 units, in which a character beyond
 * U+FFFF begins with a surrogate and so comes before U+E000 to U+FFFF.
 */
export function compareText(a: string, b: string): number {
  for (let index = 0; ; index++) {
    const left = a.codePointAt(index);
    const right = b.codePointAt(index);
    if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
    if (left !== right) return left - right;
  }
}

/** The order of every list of shows: by date, slot, theatre, movie name. */
export function compareShows(a: Show, b: Show): number {
  return a.day - b.day || a.slot - b.slot || compareText(a.theatre, b.theatre) || compareText(a.movieName, b.movieName);
}
