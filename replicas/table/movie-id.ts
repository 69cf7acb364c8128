import { type DayNumber, dayNumber } from "./civil-date.ts";

/** What a show id says: `ATWM160523` is the morning of 16 May 2023 in the theatre ATW. */
export interface MovieIdParts {
  readonly theatre: string;
  readonly day: DayNumber;
  /** Place of the slot in its day: 0 morning, 1 afternoon, 2 evening. */
  readonly slot: number;
}

const slotLetters = "MAE";
const form = /^[A-Z]{3}[MAE]\d{6}$/;
const century = 2000;

/** Reads a show id; `undefined` for another form or a date that does not exist. Which theatres there are is not asked. */
export function parseMovieID(text: unknown): MovieIdParts | undefined {
  if (typeof text !== "string" || !form.test(text)) return undefined;
  const year = century + Number(text.slice(8, 10));
  const day = dayNumber(year, Number(text.slice(6, 8)), Number(text.slice(4, 6)));
  if (day === undefined) return undefined;
  return { theatre: theatreOf(text), day, slot: slotLetters.indexOf(text.charAt(3)) };
}

/** The theatre that a well-formed id of a show, a customer or an administrator begins with. */
export function theatreOf(id: string): string {
  return id.slice(0, 3);
}
