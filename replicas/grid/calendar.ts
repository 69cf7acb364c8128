/** Days of the years 2000 to 2099, which a show can be on. Day 0 is 1 January 2000. */
export const daysOfShows = 36_525;

/** The year before the first show is in the table too: seven days from its end there are shows. */
const firstYear = 1999;
const lastYear = 2099;
const firstDay = -365;

/** Stand for every day of a year outside the table: further from any show than the rules look. */
const longBefore = -10_000;
const longAfter = 100_000;

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The day number of the first of each month from January 1999 on, and of the month after the last. */
const monthStarts = makeMonthStarts();

/** For each day of shows its date as one number, `ddMMyy`. */
const datesOfDays = makeDatesOfDays();

/** The number of a day, `undefined` when there is no such date. Years outside 1999 to 2099 have one number before and one behind all others. */
export function dayNumber(year: number, month: number, dayOfMonth: number): number | undefined {
  if (month < 1 || month > 12 || dayOfMonth < 1) return undefined;
  const isInTable = year >= firstYear && year <= lastYear;
  // Whether a date exists depends on the month and on whether the year is a leap year: any such year tells.
  const alike = isLeapYear(year) ? 2000 : 2001;
  const at = ((isInTable ? year : alike) - firstYear) * 12 + month - 1;
  const start = monthStarts[at] as number;
  const day = start + dayOfMonth - 1;
  if (day >= (monthStarts[at + 1] as number)) return undefined;
  if (isInTable) return day;
  return year < firstYear ? longBefore : longAfter;
}

/** The number of the day that `YYYY-MM-DD` names, as `dayNumber` has it; `undefined` for anything else. */
export function readDate(text: unknown): number | undefined {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return dayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8)));
}

/** The date of a day of shows as one number, `ddMMyy`: 10223 is 1 February 2023. */
export function dateOfDay(day: number): number {
  return datesOfDays[day] as number;
}

/** The number of the ISO 8601 week of a day of shows; weeks are counted from the one that 1 January 2000, a Saturday, lies in. */
export function weekOfDay(day: number): number {
  return Math.floor((day + 5) / 7);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function makeMonthStarts(): Int32Array {
  const starts = new Int32Array((lastYear - firstYear + 1) * 12 + 1);
  starts[0] = firstDay;
  for (let at = 0; at + 1 < starts.length; at++) {
    const isLongFebruary = at % 12 === 1 && isLeapYear(firstYear + Math.floor(at / 12));
    const days = (daysOfMonths[at % 12] as number) + (isLongFebruary ? 1 : 0);
    starts[at + 1] = (starts[at] as number) + days;
  }
  return starts;
}

function makeDatesOfDays(): Int32Array {
  const dates = new Int32Array(daysOfShows);
  for (let at = 12; at + 1 < monthStarts.length; at++) {
    const monthAndYear = ((at % 12) + 1) * 100 + Math.floor(at / 12) - 1;
    const start = monthStarts[at] as number;
    const end = monthStarts[at + 1] as number;
    for (let day = start; day < end; day++) dates[day] = (day - start + 1) * 10_000 + monthAndYear;
  }
  return dates;
}
