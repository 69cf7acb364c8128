import { type Day, dayOf } from "./calendar.ts";

/** What a show id says: where and when. */
export interface Showtime {
  readonly theatre: string;
  /** 0 morning, 1 afternoon, 2 evening. */
  readonly slot: number;
  readonly day: Day;
}

const form = /^[A-Z]{3}[MAE]\d{6}$/;
const slots = "MAE";
const century = 2000;

/** What a show id says, `undefined` for a text of another form or a date that does not exist. */
export function parseShowId(movieID: string): Showtime | undefined {
  if (!form.test(movieID)) return undefined;
  const day = dayOf(century + Number(movieID.slice(8, 10)), Number(movieID.slice(6, 8)), Number(movieID.slice(4, 6)));
  if (day === undefined) return undefined;
  return { theatre: theatreOf(movieID), slot: slots.indexOf(movieID.charAt(3)), day };
}

/** The theatre that a well-formed id of a show, an administrator or a customer begins with. */
export function theatreOf(id: string): string {
  return id.slice(0, 3);
}
