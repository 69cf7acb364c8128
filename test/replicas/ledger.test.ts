import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import type { ArgumentsOf, Operation } from "../../protocol/operation.ts";
import type { Replica } from "../../replicas/contract.ts";
import { dayOf, isoWeekOf, parseCivilDate } from "../../replicas/ledger/calendar.ts";
import type { Fact } from "../../replicas/ledger/fact.ts";
import { FoldedViews } from "../../replicas/ledger/fold.ts";
import { Ledger } from "../../replicas/ledger/ledger.ts";
import { compareText } from "../../replicas/ledger/order.ts";
import { makeReplicaOver } from "../../replicas/ledger/replica.ts";
import type { Show, Views } from "../../replicas/ledger/views.ts";

const theatres = ["ATW", "VER", "OUT"];
const thursday = "2023-05-18";

type Command = {
  readonly [Name in Operation]: { readonly operation: Name; readonly args: ArgumentsOf[Name] };
}[Operation];

describe("the journal of the ledger", () => {
  it("folds to the views after every request, compacted or not", () => {
    fc.assert(
      fc.property(commandLists(), fc.constantFrom(0, 4, 1000), (list, newFactsMax) => {
        const ledger = new Ledger(newFactsMax);
        const replica = makeReplicaOver(ledger, { theatres });
        for (const command of list) {
          execute(replica, command);
          expect(describeViews(ledger.views)).to.deep.equal(describeViews(foldOf(ledger.facts)));
        }
      }),
      { numRuns: 150 },
    );
  });

  it("exports the state that another ledger begins from with the same views", () => {
    fc.assert(
      fc.property(commandLists(), (list) => {
        const ledger = new Ledger();
        const replica = makeReplicaOver(ledger, { theatres });
        for (const command of list) execute(replica, command);
        const before = describeViews(ledger.views);
        const state = replica.exportState();
        expect(ledger.facts).to.have.lengthOf(state[0].length + state[1].length);
        expect(describeViews(foldOf(ledger.facts))).to.deep.equal(before);
        const other = new Ledger();
        other.importState(JSON.parse(JSON.stringify(state)));
        expect(describeViews(other.views)).to.deep.equal(before);
        expect(other.exportState()).to.deep.equal(state);
      }),
      { numRuns: 150 },
    );
  });

  it("never keeps more new facts than its limit, or than its opening facts where those are more", () => {
    const limit = 10;
    const ledger = new Ledger(limit);
    const replica = makeReplicaOver(ledger, { theatres });
    execute(replica, add("ATWM190523", "Avatar", 1000));
    for (let customer = 0; customer < 60; customer++) {
      execute(replica, book(`ATWC${1000 + customer}`, "ATWM190523", "Avatar", 1));
      const opening = 1 + ledger.views.customers.size;
      expect(ledger.facts.length).to.be.at.most(opening + Math.max(limit, opening));
    }
  });

  it("is compacted once in as many new facts as it had opening facts, however small the limit", () => {
    const ledger = new Ledger(1);
    const replica = makeReplicaOver(ledger, { theatres });
    const customers = Array.from({ length: 99 }, (_, index) => `ATWC${1000 + index}`);
    replica.importState([
      [["ATWM190523", "Avatar", 1000]],
      customers.map((customerID) => [customerID, "ATWM190523", "Avatar", 1] as const),
    ]);
    const openings = new Set<Fact | undefined>();
    for (let round = 0; round < 1000; round++) {
      execute(replica, book("ATWC1000", "ATWM190523", "Avatar", 1));
      execute(replica, cancel("ATWC1000", "ATWM190523", "Avatar", 1));
      openings.add(ledger.facts[0]);
    }
    expect(openings.size).to.be.within(19, 21);
  });

  it("takes no fact for a refused request, a list, or an exchange of a show for itself", () => {
    const ledger = new Ledger();
    const replica = makeReplicaOver(ledger, { theatres });
    execute(replica, add("ATWM190523", "Avatar", 2));
    execute(replica, book("ATWC1000", "ATWM190523", "Avatar", 2));
    const facts = [...ledger.facts];
    execute(replica, book("ATWC1001", "ATWM190523", "Avatar", 1));
    execute(replica, add("ATWM190523", "Avatar", 1));
    execute(replica, { operation: "listMovieShowsAvailability", args: { movieName: "Avatar" } });
    execute(replica, { operation: "getBookingSchedule", args: { customerID: "ATWC1000" } });
    execute(replica, exchange("ATWC1000", ["ATWM190523", "Avatar"], ["ATWM190523", "Avatar"], 1));
    expect(ledger.facts).to.deep.equal(facts);
  });

  it("keeps the state it had when a state to begin from is not one", () => {
    const ledger = new Ledger();
    makeReplicaOver(ledger, { theatres }).importState([[["ATWM190523", "Avatar", 5]], []]);
    const before = describeViews(ledger.views);
    expect(() => ledger.importState([[], [["ATWC1000", "ATWM190523", "Avatar", 1]]])).to.throw(AssertionFailed);
    expect(describeViews(ledger.views)).to.deep.equal(before);
    expect(describeViews(foldOf(ledger.facts))).to.deep.equal(before);
  });
});

describe("the fold of the ledger", () => {
  const show = { movieID: "ATWM190523", movieName: "Avatar" };
  const opened: Fact = { kind: "showOpened", ...show, capacity: 3 };
  const taken: Fact = { kind: "ticketsTaken", customerID: "ATWC1000", ...show, numberOfTickets: 2 };
  const impossible: readonly (readonly [rule: string, facts: readonly Fact[]])[] = [
    ["opening an open show", [opened, opened]],
    ["opening a show on a date that does not exist", [{ ...opened, movieID: "ATWM310623" }]],
    ["taking tickets of a show that is not open", [taken]],
    ["taking more tickets than there are seats", [opened, taken, taken]],
    ["giving back more than is held", [opened, taken, { ...taken, kind: "ticketsGivenBack", numberOfTickets: 3 }]],
    ["setting a capacity below what is sold", [opened, taken, { ...opened, kind: "capacitySet", capacity: 1 }]],
    ["closing a show that is held", [opened, taken, { kind: "showClosed", ...show }]],
    ["closing a show twice", [opened, { kind: "showClosed", ...show }, { kind: "showClosed", ...show }]],
  ];
  for (const [rule, facts] of impossible) {
    it(`stops at ${rule}`, () => {
      expect(() => foldOf(facts)).to.throw(AssertionFailed);
    });
  }

  it("forgets who holds nothing and movies without shows", () => {
    const views = foldOf([opened, taken, { ...taken, kind: "ticketsGivenBack" }, { kind: "showClosed", ...show }]);
    expect(describeViews(views)).to.deep.equal(describeViews(foldOf([])));
  });

  it("knows a customer whom a removal moved next to the same show in another theatre", () => {
    const replica = makeReplicaOver(new Ledger(), { theatres });
    for (const movieID of ["ATWM190523", "ATWA190523", "VERA190523"]) execute(replica, add(movieID, "Avatar", 5));
    execute(replica, book("ATWC1000", "ATWM190523", "Avatar", 1));
    execute(replica, book("ATWC1000", "VERA190523", "Avatar", 1));
    expect(execute(replica, remove("ATWM190523", "Avatar"))).to.deep.equal({
      outcome: "OK",
      moved: [{ customerID: "ATWC1000", movieID: "ATWA190523", numberOfTickets: 1 }],
      dropped: [],
    });
    const refused = { outcome: "REFUSED", reason: "SAME_SHOW_ELSEWHERE" };
    expect(execute(replica, book("ATWC1000", "ATWA190523", "Avatar", 1))).to.deep.equal(refused);
    expect(execute(replica, cancel("ATWC1000", "VERA190523", "Avatar", 1))).to.include({ outcome: "OK", held: 0 });
    expect(execute(replica, book("ATWC1000", "ATWA190523", "Avatar", 1))).to.include({ outcome: "OK", held: 2 });
  });
});

describe("the calendar of the ledger", () => {
  const dayMs = 86_400_000;
  const epochMs = Date.UTC(2000, 0, 1);

  it("counts every day from 1999 to 2100 as the proleptic Gregorian calendar does", () => {
    for (let day = -365; day <= 36_889; day++) {
      const date = new Date(epochMs + day * dayMs);
      expect(dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).to.equal(day);
      expect(parseCivilDate(date.toISOString().slice(0, 10))).to.equal(day);
    }
  });

  it("gives seven days from Monday on one week, and the next seven the next", () => {
    const mondayBefore2000 = -5;
    let week = 199_952;
    for (let monday = mondayBefore2000; monday < 36_525; monday += 7) {
      const weeks = [0, 1, 2, 3, 4, 5, 6].map((weekday) => isoWeekOf(monday + weekday));
      expect(new Set(weeks)).to.deep.equal(new Set([week]));
      const nextThursday = new Date(epochMs + (monday + 10) * dayMs);
      const isNewYear = nextThursday.getUTCMonth() === 0 && nextThursday.getUTCDate() <= 7;
      week = isNewYear ? nextThursday.getUTCFullYear() * 100 + 1 : week + 1;
    }
  });

  const weeks: readonly (readonly [date: string, week: number])[] = [
    ["2000-01-01", 199_952],
    ["2000-01-03", 200_001],
    ["2004-12-31", 200_453],
    ["2005-01-02", 200_453],
    ["2008-12-29", 200_901],
    ["2010-01-03", 200_953],
    ["2023-01-01", 202_252],
    ["2024-12-30", 202_501],
    ["2099-12-31", 209_953],
  ];
  for (const [date, week] of weeks) {
    it(`puts ${date} into week ${week % 100} of ${Math.floor(week / 100)}`, () => {
      expect(isoWeekOf(parseCivilDate(date) as number)).to.equal(week);
    });
  }

  it("knows no date that does not exist", () => {
    const wrong = ["2023-02-29", "2100-02-29", "2023-04-31", "2023-00-10", "2023-13-01", "2023-01-00", "2023-1-01", ""];
    for (const date of [...wrong, "2023-01-01 ", "2023-01-01\n", 20230101, undefined, null]) {
      expect(parseCivilDate(date), String(date)).to.equal(undefined);
    }
    expect(parseCivilDate("2000-02-29")).to.equal(59);
  });

  it("puts the years outside its table before and after all shows", () => {
    expect(parseCivilDate("0001-01-01")).to.equal(Number.NEGATIVE_INFINITY);
    expect(parseCivilDate("2101-01-01")).to.equal(Number.POSITIVE_INFINITY);
    expect(parseCivilDate("2101-02-29")).to.equal(undefined);
  });
});

describe("the order of the ledger", () => {
  const beyond = "\u{1F3AC}";
  const wide = "\uFF21";

  it("compares by code point, where UTF-16 units would say the opposite", () => {
    expect(beyond < wide).to.equal(true);
    expect(compareText(beyond, wide)).to.be.above(0);
    expect(compareText(`${beyond}a`, `${beyond}b`)).to.be.below(0);
    expect(compareText("\u{1F3AC}", "\u{1F3AD}")).to.be.below(0);
  });

  it("equals the order of the lists of code points for any two texts", () => {
    const char = fc.constantFrom("a", "b", "\uE000", wide, beyond, "\u{1F3AD}", "\u{10FFFF}", "\uD83C", "\uDFAC");
    const text = fc.array(char, { maxLength: 4 }).map((chars) => chars.join(""));
    fc.assert(fc.property(text, text, (a, b) => Math.sign(compareText(a, b)) === signByCodePoints(a, b)));
  });

  it("sorts names beyond the Basic Multilingual Plane last in the state and in a schedule", () => {
    const replica = makeReplicaOver(new Ledger(), { theatres });
    for (const name of [beyond, wide, "Avatar"]) {
      execute(replica, add("ATWM190523", name, 5));
      execute(replica, book("ATWC1000", "ATWM190523", name, 1));
    }
    const [shows, bookings] = replica.exportState();
    expect(shows.map(([, name]) => name)).to.deep.equal(["Avatar", wide, beyond]);
    expect(bookings.map(([, , name]) => name)).to.deep.equal(["Avatar", wide, beyond]);
    const schedule = execute(replica, { operation: "getBookingSchedule", args: { customerID: "ATWC1000" } });
    expect(schedule).to.have.property("bookings");
    const names = (schedule as { readonly bookings: readonly { readonly movieName: string }[] }).bookings;
    expect(names.map(({ movieName }) => movieName)).to.deep.equal(["Avatar", wide, beyond]);
  });
});

function execute(replica: Replica, command: Command): ReturnType<Replica["execute"]> {
  const stamp = { n: 1, time: 0, businessDate: thursday, caller: "ATWA1000" };
  return replica.execute({ ...stamp, ...command });
}

function add(movieID: string, movieName: string, bookingCapacity: number): Command {
  const adminID = `${movieID.slice(0, 3)}A1000`;
  return { operation: "addMovieSlots", args: { adminID, movieID, movieName, bookingCapacity } };
}

function remove(movieID: string, movieName: string): Command {
  return { operation: "removeMovieSlots", args: { adminID: `${movieID.slice(0, 3)}A1000`, movieID, movieName } };
}

function book(customerID: string, movieID: string, movieName: string, numberOfTickets: number): Command {
  return { operation: "bookMovieTickets", args: { customerID, movieID, movieName, numberOfTickets } };
}

function cancel(customerID: string, movieID: string, movieName: string, numberOfTickets: number): Command {
  return { operation: "cancelMovieTickets", args: { customerID, movieID, movieName, numberOfTickets } };
}

type Name = readonly [movieID: string, movieName: string];

function exchange(customerID: string, [movieID, movieName]: Name, to: Name, numberOfTickets: number): Command {
  const [newMovieID, newMovieName] = to;
  const args = { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets };
  return { operation: "exchangeTickets", args };
}

const avatarShows = ["ATWM210523", "ATWE210523", "ATWM220523", "VERM210523", "VERE210523", "VERM220523", "OUTM210523"];
const showsOfCommands: readonly Name[] = [
  ...avatarShows.map((movieID) => [movieID, "Avatar"] as const),
  ["VERM210523", "Titanic"],
  ["VERE210523", "Titanic"],
];

/** Requests about so few shows, seats and customers that they meet: two days in two ISO weeks, all shows made first. */
function commandLists(): fc.Arbitrary<readonly Command[]> {
  const show = fc.constantFrom(...showsOfCommands);
  const customerID = fc.constantFrom("ATWC1000", "ATWC1001", "VERC1000");
  const tickets = fc.constantFrom(1, 1, 2, 3);
  const command = fc.oneof(
    { weight: 2, arbitrary: fc.tuple(show, fc.integer({ min: 1, max: 8 })).map(([s, seats]) => add(...s, seats)) },
    { weight: 2, arbitrary: show.map((s) => remove(...s)) },
    { weight: 9, arbitrary: fc.tuple(customerID, show, tickets).map(([c, s, count]) => book(c, ...s, count)) },
    { weight: 5, arbitrary: fc.tuple(customerID, show, tickets).map(([c, s, count]) => cancel(c, ...s, count)) },
    { weight: 5, arbitrary: fc.tuple(customerID, show, show, tickets).map((parts) => exchange(...parts)) },
  );
  const opening = showsOfCommands.map((s) => add(...s, 5));
  return fc.array(command, { maxLength: 60, size: "max" }).map((list) => [...opening, ...list]);
}

function foldOf(facts: readonly Fact[]): Views {
  const views = new FoldedViews();
  for (const fact of facts) views.fold(fact);
  return views;
}

/** The views as plain data, whatever the order in which things came into them. */
function describeViews({ movies, customers }: Views): unknown {
  const showText = ({ holders, ...show }: Show) => ({ ...show, holders: sorted(holders) });
  const nameOf = (show: Show) => `${show.movieID} ${show.movieName}`;
  return {
    movies: sorted(movies).map(([name, { shows, programme }]) => ({
      name,
      shows: sorted(shows).map(([movieID, show]) => [movieID, showText(show)]),
      programme: programme.map(nameOf),
    })),
    customers: sorted(customers).map(([customerID, { home, held, weeksAway }]) => ({
      customerID,
      home,
      held: sorted(held).map(([occasion, shows]) => [occasion, shows.map(nameOf).sort()]),
      weeksAway: sorted(weeksAway),
    })),
  };
}

function sorted<Key extends string | number, Value>(map: ReadonlyMap<Key, Value>): readonly (readonly [Key, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function signByCodePoints(a: string, b: string): number {
  const left = Array.from(a, (char) => char.codePointAt(0) ?? 0);
  const right = Array.from(b, (char) => char.codePointAt(0) ?? 0);
  const index = left.findIndex((point, at) => point !== right[at]);
  return index < 0 ? Math.sign(left.length - right.length) : Math.sign((left[index] ?? 0) - (right[index] ?? -1));
}
