import { assert } from "../../protocol/assert.ts";
import type { Brand } from "../../protocol/ids.ts";

/** Days since 1 January 2000, which is day 0; infinite for a date outside the years of the table. */
export type Day = Brand<number, "Day">;

/** An ISO 8601 week: its ISO year times 100, plus its number from 1 to 53. */
export type IsoWeek = Brand<number, "IsoWeek">;

interface Year {
  /** Its 1 January. */
  readonly start: Day;
  /** Weekday of its 1 January: 0 is Monday, 6 is Sunday. */
  readonly firstWeekday: number;
}

/** Shows are of 2000 to 2099; a week of theirs or a business date may lie in the year before or after. */
const firstYear = 1999;
const lastYear = 2100;
const daysFromFirstYearTo2000 = 365;
const friday = 4;
const weekdayOfFirstYear = friday;
const daysOfWeek = 7;
const thursday = 3;
const daysOfYearMax = 366;

const commonYear = walkMonths([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const leapYear = walkMonths([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]);
const years = walkYears();

/**
 * The day of a date of the Gregorian calendar, `undefined` when there is no such date. A date before the table is
 * `-Infinity` and one after it `Infinity`, so that it compares with the day of every show as it should.
 */
export function dayOf(year: number, month: number, dayOfMonth: number): Day | undefined {
  const monthStarts = monthStartsOf(year);
  const start = monthStarts[month - 1];
  const end = monthStarts[month];
  if (start === undefined || end === undefined || dayOfMonth < 1 || dayOfMonth > end - start) return undefined;
  const row = years[year - firstYear];
  if (row === undefined) return year < firstYear ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return row.start + start + dayOfMonth - 1;
}

/** The day of a date written `YYYY-MM-DD`, `undefined` when it is not one. */
export function parseCivilDate(text: unknown): Day | undefined {
  if (typeof text !== "string" || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  return dayOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
}

/**
 * The ISO 8601 week of a day of 2000 to 2099: the one of its Thursday, which alone decides the ISO year.
 * Source: ISO 8601-1:2019, 3.1.1.23 (the first week of a year is the one with its first Thursday).
 */
export function isoWeekOf(day: Day): IsoWeek {
  const year = rowOf(yearOf(day));
  const weekday = (year.firstWeekday + day - year.start) % daysOfWeek;
  const thursdayOfWeek = day - weekday + thursday;
  const isoYear = yearOf(thursdayOfWeek);
  return isoYear * 100 + Math.floor((thursdayOfWeek - rowOf(isoYear).start) / daysOfWeek) + 1;
}

/** The year of a day, by walking the table from the earliest year that it can be in. */
function yearOf(day: Day): number {
  let year = firstYear + Math.floor((day - rowOf(firstYear).start) / daysOfYearMax);
  while (year < lastYear && rowOf(year + 1).start <= day) year++;
  return year;
}

function rowOf(year: number): Year {
  const row = years[year - firstYear];
  assert(row !== undefined, "a week is asked only of a day inside the table of years");
  return row;
}

function monthStartsOf(year: number): readonly number[] {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? leapYear : commonYear;
}

/** Days of the year before each month; the thirteenth entry is the length of the year. */
function walkMonths(lengths: readonly number[]): readonly number[] {
  const starts = [0];
  let day = 0;
  for (const length of lengths) {
    day += length;
    starts.push(day);
  }
  return starts;
}

function walkYears(): readonly Year[] {
  const rows: Year[] = [];
  let start = -daysFromFirstYearTo2000;
  let firstWeekday = weekdayOfFirstYear;
  for (let year = firstYear; year <= lastYear; year++) {
    rows.push({ start, firstWeekday });
    const length = monthStartsOf(year).at(-1) ?? 0;
    start += length;
    firstWeekday = (firstWeekday + length) % daysOfWeek;
  }
  return rows;
}
