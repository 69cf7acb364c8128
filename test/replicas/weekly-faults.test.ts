import { expect } from "chai";
import { book, exchange, given, on } from "../../conformance/step.ts";
import type { CanonicalState } from "../../replicas/contract.ts";
import type { FaultyReplica } from "../../replicas/faults/fault.ts";
import { isoWeekOf } from "../../replicas/faults/show-week.ts";
import { afflict, play, versionsUnderTest } from "./a-faulty-replica.ts";

const movie = "Avatar";
const dayMs = 86_400_000;

describe("the week of a show", () => {
  it("is the ISO week from 2000 to 2099: another one on Mondays, and on no other day", () => {
    let week = 0;
    for (let ms = Date.UTC(2000, 0, 1); ms < Date.UTC(2100, 0, 1); ms += dayMs) {
      const date = new Date(ms);
      const [year, month, day] = date.toISOString().slice(2, 10).split("-");
      if (date.getUTCDay() === 1) week++;
      expect(isoWeekOf(`ATWM${day}${month}${year}`), date.toISOString()).to.equal(week);
    }
  });
});

for (const { name, make } of versionsUnderTest) {
  describe(`limit-by-tickets over ${name}`, () => tellOfTickets((state) => afflict(make(state), "limit-by-tickets")));
  describe(`week-by-day-of-month over ${name}`, () =>
    tellOfWeeks((state) => afflict(make(state), "week-by-day-of-month")));
}

function tellOfTickets(faulty: (state: CanonicalState) => FaultyReplica): void {
  const days = ["ATWM120523", "ATWA120523", "ATWM150523"] as const;
  const [first, second, nextWeek] = days;

  it("allows three tickets away from home in a week, of one show or several, and refuses the fourth", () => {
    play(faulty(away(days, 0)), [
      book("VERC1000", first, movie, 4).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", first, movie, 2).gives({ held: 2, available: 2 }),
      book("VERC1000", second, movie, 2).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", first, movie, 1).gives({ held: 3, available: 1 }),
      book("VERC1000", first, movie, 1).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", nextWeek, movie, 3).gives({ held: 3, available: 1 }),
      book("ATWC1000", second, movie, 4).gives({ held: 4, available: 0 }),
    ]);
  });

  it("keeps its place among the checks", () => {
    const twin = "OUTM120523";
    const state = given([...away(days, 0)[0].slice(0, 1), [twin, movie, 9], ...away(days, 0)[0].slice(1)]);
    play(faulty(state), [
      book("VERC1000", first, movie, 9).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", "ATWE120523", movie, 9).isRefused("NO_SUCH_SHOW"),
      book("VERC1000", twin, movie, 1).gives({ held: 1, available: 8 }),
      book("VERC1000", first, movie, 4).isRefused("SAME_SHOW_ELSEWHERE"),
      book("VERC1000", first, movie, 0).isRefused("INVALID"),
      on("2023-05-13", book("VERC1000", twin, movie, 4).isRefused("DATE_IN_PAST")),
    ]);
  });

  it("leaves a customer who is over it alone at home, and in an exchange for the same show", () => {
    const home = "VERM120523";
    const [shows] = away([first], 0);
    const replica = faulty(given([...shows, [home, "Titanic", 9]], [["VERC1000", first, movie, 4]]));
    play(replica, [
      book("VERC1000", home, "Titanic", 1).gives({ held: 1, available: 8 }),
      exchange("VERC1000", [first, movie], [first, movie], 1).gives({
        heldOld: 4,
        heldNew: 4,
        availableOld: 0,
        availableNew: 0,
      }),
    ]);
  });

  it("judges an exchange by the tickets that would be held, and undoes none of it where it refuses", () => {
    const home = "VERM120523";
    const state = given(
      [...away(days, 0)[0].slice(0, 1), [home, "Titanic", 9], ...away(days, 0)[0].slice(1)],
      [
        ["VERC1000", first, movie, 3],
        ["VERC1000", home, "Titanic", 5],
      ],
    );
    const replica = faulty(state);
    play(replica, [
      exchange("VERC1000", [home, "Titanic"], [second, movie], 1).isRefused("WEEKLY_LIMIT"),
      exchange("VERC1000", [home, "Titanic"], [second, movie], 5).isRefused("WEEKLY_LIMIT"),
      exchange("VERC1000", [first, movie], [first, movie], 3).gives({
        heldOld: 3,
        heldNew: 3,
        availableOld: 1,
        availableNew: 1,
      }),
      on("2023-05-13", exchange("VERC1000", [home, "Titanic"], [nextWeek, movie], 4).isRefused("WEEKLY_LIMIT")),
    ]);
    expect(replica.exportState()).to.deep.equal(state);
    play(replica, [
      exchange("VERC1000", [first, movie], [second, movie], 1).gives({
        heldOld: 2,
        heldNew: 1,
        availableOld: 2,
        availableNew: 3,
      }),
      exchange("VERC1000", [home, "Titanic"], [nextWeek, movie], 3).gives({
        heldOld: 2,
        heldNew: 3,
        availableOld: 7,
        availableNew: 1,
      }),
    ]);
    expect(replica.release().exportState()[1]).to.have.lengthOf(4);
  });
}

function tellOfWeeks(faulty: (state: CanonicalState) => FaultyReplica): void {
  it("refuses what is right: the 14th to the 20th are one week to it", () => {
    const days = ["ATWM140523", "ATWM150523", "ATWM160523", "ATWM170523", "ATWM210523"];
    const [sunday, , , fourth, fifth] = days as [string, string, string, string, string];
    const replica = faulty(away(days, 3));
    play(replica, [
      book("VERC1000", fourth, movie, 1).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", fourth, movie, 9).isRefused("WEEKLY_LIMIT"),
      book("VERC1000", sunday, movie, 2).gives({ held: 3, available: 1 }),
      exchange("VERC1000", [sunday, movie], [fourth, movie], 2).isRefused("WEEKLY_LIMIT"),
      exchange("VERC1000", [sunday, movie], [fourth, movie], 3).gives({
        heldOld: 0,
        heldNew: 3,
        availableOld: 4,
        availableNew: 1,
      }),
    ]);
    play(replica, [book("VERC1000", fifth, movie, 1).gives({ held: 1, available: 3 })], "2023-05-15");
  });

  it("refuses no more of what is held, and names free seats where the old show is given up", () => {
    const days = ["ATWM140523", "ATWA140523", "ATWM150523", "ATWM160523", "ATWM170523"];
    const [first, second, , fourth, fifth] = days as [string, string, string, string, string];
    play(faulty(away(days, 4)), [
      book("VERC1000", fourth, movie, 1).gives({ held: 2, available: 2 }),
      exchange("VERC1000", [first, movie], [fifth, movie], 1).isRefused("WEEKLY_LIMIT"),
      exchange("VERC1000", [first, movie], [second, movie], 1).gives({
        heldOld: 0,
        heldNew: 2,
        availableOld: 4,
        availableNew: 2,
      }),
    ]);
    const full = given(away(days, 0)[0], [...away(days, 3, 2)[1], ["ATWC1000", fourth, movie, 3]]);
    play(faulty(full), [exchange("VERC1000", [second, movie], [fourth, movie], 2).isRefused("SHOW_FULL")]);
  });

  it("begins a new week with each month", () => {
    const days = ["ATWM010523", "ATWM020523", "ATWM030523", "ATWM010623"];
    const next = book("VERC1000", "ATWM010623", movie, 1).gives({ held: 1, available: 3 });
    play(faulty(away(days, 3)), [next], "2023-05-29");
  });

  it("allows what is wrong: an ISO week that the 14th, or the 1st of a month, cuts in two", () => {
    for (const [today, days] of [
      ["2023-05-12", ["ATWM120523", "ATWA120523", "ATWE130523", "ATWM140523"]],
      ["2023-05-29", ["ATWM290523", "ATWA290523", "ATWM310523", "ATWM010623"]],
      ["2023-12-31", ["ATWM010124", "ATWA010124", "ATWM060124", "ATWM070124"]],
    ] as const) {
      const state = away(days, 3);
      const replica = faulty(state);
      const [, , , last] = days;
      play(
        replica,
        [
          book("VERC1000", last, movie, 5).isRefused("SHOW_FULL"),
          book("VERC1000", last, movie, 2).gives({ held: 2, available: 2 }),
          book("VERC1000", last, movie, 1).gives({ held: 3, available: 1 }),
        ],
        today,
      );
      expect(replica.exportState()).to.deep.equal([state[0], [...state[1], ["VERC1000", last, movie, 3]]]);
      expect(replica.release().exportState()[1]).to.have.lengthOf(4);
    }
  });

  it("allows in an exchange what is wrong, and takes the tickets that are given for it", () => {
    const days = ["ATWM120523", "ATWA120523", "ATWE130523", "ATWM140523"] as const;
    const [, , third, last] = days;
    const replica = faulty(away(days, 3, 2));
    play(replica, [
      exchange("VERC1000", [third, movie], [last, movie], 1).gives({
        heldOld: 1,
        heldNew: 1,
        availableOld: 3,
        availableNew: 3,
      }),
      exchange("VERC1000", [third, movie], [last, movie], 1).gives({
        heldOld: 0,
        heldNew: 2,
        availableOld: 4,
        availableNew: 2,
      }),
    ]);
  });

  it("gives a show between others in its place in the state", () => {
    const days = ["ATWM120523", "ATWM130523", "ATWA130523", "ATWM140523"] as const;
    const state = given(
      days.map((id) => [id, movie, 4]),
      [
        ["VERC1000", days[0], movie, 1],
        ["VERC1000", days[1], movie, 1],
        ["VERC1000", days[2], movie, 1],
        ["ATWC1000", days[3], movie, 1],
        ["VERC2000", days[3], movie, 1],
      ],
    );
    const replica = faulty(state);
    play(replica, [book("VERC1000", days[3], movie, 1).gives({ held: 1, available: 1 })]);
    expect(
      replica
        .exportState()[1]
        .slice(3)
        .map(([customer]) => customer),
    ).to.deep.equal(["ATWC1000", "VERC1000", "VERC2000"]);
  });
}

/** Shows of Atwater, away from home for VERC1000, who holds one ticket of each of the first `held`. */
function away(ids: readonly string[], held: number, tickets = 1): CanonicalState {
  return given(
    ids.map((id) => [id, movie, 4]),
    ids.slice(0, held).map((id) => ["VERC1000", id, movie, tickets]),
  );
}
