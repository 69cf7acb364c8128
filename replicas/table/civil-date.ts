/** A civil date as the number of days since 1970-01-01, which is day 0; whole, negative before. */
export type DayNumber = number;

/** A week from Monday to Sunday as the number of such weeks since that of 1970-01-01; whole, negative before. */
export type WeekNumber = number;

/** Days from 0000-03-01 to 1970-01-01, and the days that 400 years of the Gregorian calendar always have. */
const epochDays = 719_468;
const eraDays = 146_097;
const eraYears = 400;
const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * The day number of a date of the Gregorian calendar, or `undefined` for a date that does not exist. Years from 0,
 * months 1 to 12, days from 1, all whole.
 *
 * A year counts from March here, so that the leap day is its last: then the days before a month follow a straight line.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
 */
export function dayNumber(year: number, month: number, day: number): DayNumber | undefined {
  if (day < 1 || day > daysOfMonth(year, month)) return undefined;
  const yearFromMarch = month > 2 ? year : year - 1;
  const monthFromMarch = (month + 9) % 12;
  const era = Math.floor(yearFromMarch / eraYears);
  const yearOfEra = yearFromMarch - era * eraYears;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  return era * eraDays + yearOfEra * 365 + leapDays + dayOfYear - epochDays;
}

/** The day number of a text `YYYY-MM-DD`, or `undefined` for another form or a date that does not exist. */
export function parseBusinessDate(text: unknown): DayNumber | undefined {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return dayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
}

/**
 * The ISO 8601 week of a day. Weeks are counted through, without regard to years: days of one ISO week have one number
 * on both sides of a new year, and two different ISO weeks have two.
 */
export function weekNumber(day: DayNumber): WeekNumber {
  // Day 0 was a Thursday, three days after its Monday.
  return Math.floor((day + 3) / 7);
}

/** 0 for what is not a month, so that no day is in it. */
function daysOfMonth(year: number, month: number): number {
  if (month === 2 && isLeapYear(year)) return 29;
  return daysOfMonths[month - 1] ?? 0;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
