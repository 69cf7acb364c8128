import { dayAt, dayMs, isoDate, weekdayOf } from "./civil-day.ts";
import { type Conversation, forget, type Input, leadingTo, type RequestInput } from "./conversation.ts";
import { firstDifference } from "./difference.ts";
import { type Rule, RuleBroken } from "./rule.ts";
import { given } from "./step.ts";

/** Inputs with what is expected of each: an outcome or a reason; nothing of an import. */
type Asked = readonly [input: Input, expected: string | undefined];

const slots = ["M", "A", "E"];

/** Midnights in UTC of every day on which the rules of dates are tried: two leap years, and years of 52 and 53 weeks. */
const days = Array.from({ length: 366 + 5 * 365 + 1 }, (_, index) => dayAt(2023, 1, 1) + index * dayMs);

/** The calendar day by day, against that of the test's host. */
export const calendar: readonly Rule[] = [
  {
    rule: "every date that exists is well-formed and no other is",
    check: (conversation) => expectAnswers(conversation, [[forget, undefined], ...datesThatMayExist()]),
  },
  {
    rule: "on every day seven days ahead is in time, eight is too far and yesterday is in the past",
    check: (conversation) =>
      expectAnswers(
        conversation,
        days.flatMap((today): readonly Asked[] => [
          [forget, undefined],
          [addShow(today, today - dayMs), "DATE_IN_PAST"],
          [addShow(today, today + 7 * dayMs), "OK"],
          [addShow(today, today + 8 * dayMs), "DATE_TOO_FAR"],
        ]),
      ),
  },
  {
    rule: "every week is from Monday to Sunday",
    check: (conversation) => expectAnswers(conversation, days.flatMap(weekOf)),
  },
];

function* datesThatMayExist(): Generator<Asked> {
  for (let year = 2000; year < 2100; year++) {
    for (let month = 0; month <= 13; month++) {
      for (let day = month === 2 ? 0 : 28; day <= 33; day++) {
        const exists = isoDate(dayAt(year, month, day)) === `${year}-${two(month)}-${two(day)}`;
        yield [
          book(days[0] ?? 0, `ATWM${two(day)}${two(month)}${two(year % 100)}`),
          exists ? "NO_SUCH_SHOW" : "INVALID",
        ];
      }
    }
  }
}

/** Three shows held on one day, outside the home theatre; then one more on each of the days around it. */
function weekOf(day: number): readonly Asked[] {
  const held = slots.map((slot) => movieOn(day, slot));
  const weekday = weekdayOf(day);
  return [-weekday - 1, -weekday, 6 - weekday, 7 - weekday].flatMap((offset): readonly Asked[] => {
    const movieID = movieOn(day + offset * dayMs, "E");
    const name = offset === 0 ? "Titanic" : "Avatar";
    const shows = held.map((id) => [id, "Avatar", 9] as const);
    const other = [movieID, name, 9] as const;
    const state = given(
      offset < 0 ? [other, ...shows] : [...shows, other],
      held.map((id) => ["ATWC1000", id, "Avatar", 1]),
    );
    const isSameWeek = offset >= -weekday && offset <= 6 - weekday;
    return [
      [{ import: state }, undefined],
      [book(day - 7 * dayMs, movieID, name), isSameWeek ? "WEEKLY_LIMIT" : "OK"],
    ];
  });
}

async function expectAnswers(conversation: Conversation, asked: readonly Asked[]): Promise<void> {
  const inputs = asked.map(([input]) => input);
  const outputs = await conversation.tell(inputs);
  for (const [index, [input, expected]] of asked.entries()) {
    if (expected === undefined) continue;
    const result = outputs[index]?.["result"] as { readonly outcome: string; readonly reason?: string } | undefined;
    const difference = firstDifference("answer", expected, result?.reason ?? result?.outcome);
    if (difference !== undefined) throw new RuleBroken(difference, whereOf(input), leadingTo(inputs, index));
  }
}

function whereOf(input: Input): string {
  return "n" in input ? `on ${input.businessDate}, ${input.operation} ${JSON.stringify(input.args)}` : "";
}

function addShow(today: number, day: number): RequestInput {
  const args = { adminID: "VERA1000", movieID: movieOn(day, "M"), movieName: "Avatar", bookingCapacity: 5 };
  return { ...frame(today), operation: "addMovieSlots", args };
}

function book(today: number, movieID: string, movieName = "Avatar"): RequestInput {
  const args = { customerID: "ATWC1000", movieID, movieName, numberOfTickets: 1 };
  return { ...frame(today), operation: "bookMovieTickets", args };
}

function frame(today: number): { n: number; time: number; businessDate: string; caller: string } {
  return { n: 1, time: today, businessDate: isoDate(today), caller: "ATWC1000" };
}

function movieOn(day: number, slot: string): string {
  const date = isoDate(day);
  return `VER${slot}${date.slice(8, 10)}${date.slice(5, 7)}${date.slice(2, 4)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
