const daysBeforeMonth = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const daysOfWeek = 7;

/** The ISO 8601 week of a show, counted through from the one of 1 January 2000, which is week 0. */
export function isoWeekOf(movieID: string): number {
  const { year, month, day } = dateOf(movieID);
  // From 2000 to 2099 every fourth year is a leap year, the first one too.
  const leapDays = Math.floor((year + 3) / 4) + (year % 4 === 0 && month > 2 ? 1 : 0);
  const days = year * 365 + leapDays + (daysBeforeMonth[month - 1] ?? 0) + day - 1;
  // 1 January 2000 was a Saturday, five days after its Monday.
  return Math.floor((days + 5) / daysOfWeek);
}

/** The week of a show as somebody counts who divides the day of the month by seven; each month begins anew. */
export function weekOfMonthOf(movieID: string): string {
  const { year, month, day } = dateOf(movieID);
  return `${year}-${month}-${Math.floor(day / daysOfWeek)}`;
}

/** The date in a well-formed movie id; `year` is from 0 to 99, for 2000 to 2099. */
function dateOf(movieID: string): { readonly year: number; readonly month: number; readonly day: number } {
  const numberAt = (index: number) => Number(movieID.slice(index, index + 2));
  return { day: numberAt(4), month: numberAt(6), year: numberAt(8) };
}
