/** Milliseconds of a day: days here are counted in UTC, where none is longer or shorter. */
export const dayMs = 86_400_000;

/** The first instant of a civil day in UTC milliseconds; a month or a day beyond the calendar counts on into the next. */
export function dayAt(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day);
}

/** The first instant of a date `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  const [year = 0, month = 0, day = 0] = date.split("-").map(Number);
  return dayAt(year, month, day);
}

/** The date of an instant as `YYYY-MM-DD`. */
export function isoDate(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10);
}

/** The place of a day in its week: 0 is Monday. */
export function weekdayOf(instantMs: number): number {
  return (new Date(instantMs).getUTCDay() + 6) % 7;
}
