import { expect } from "chai";
import fc from "fast-check";
import type { Reason } from "../../protocol/answer.ts";
import { type ArgumentsOf, type Operation, operations } from "../../protocol/operation.ts";
import type { Replica, ReplicaRequest } from "../../replicas/contract.ts";
import { dayNumber, parseBusinessDate, weekNumber } from "../../replicas/table/civil-date.ts";
import { parseMovieID } from "../../replicas/table/movie-id.ts";
import { isMovieName } from "../../replicas/table/movie-name.ts";
import { compareCodePoints } from "../../replicas/table/ordering.ts";
import { makeReplica } from "../../replicas/table/replica.ts";

const theatres = ["ATW", "VER", "OUT"];
const millisecondsOfDay = 86_400_000;

/** A replica, and a way to ask it that fills in what a test does not care about. */
class Cinema {
  readonly replica: Replica = makeReplica({ theatres });
  today = "2023-05-12";

  ask<Name extends Operation>(operation: Name, args: ArgumentsOf[Name]): unknown {
    return this.askAnything(operation, args);
  }

  askAnything(operation: unknown, args: unknown): unknown {
    const request = { n: 1, time: 0, businessDate: this.today, caller: "ATWA0001", operation, args };
    return this.replica.execute(request as ReplicaRequest);
  }

  add(movieID: string, bookingCapacity = 100, movieName = "Avatar"): unknown {
    return this.ask("addMovieSlots", { adminID: `${movieID.slice(0, 3)}A0001`, movieID, movieName, bookingCapacity });
  }

  remove(movieID: string, movieName = "Avatar"): unknown {
    return this.ask("removeMovieSlots", { adminID: `${movieID.slice(0, 3)}A0001`, movieID, movieName });
  }

  book(customerID: string, movieID: string, numberOfTickets = 1, movieName = "Avatar"): unknown {
    return this.ask("bookMovieTickets", { customerID, movieID, movieName, numberOfTickets });
  }

  exchange(customerID: string, movieID: string, newMovieID: string, numberOfTickets = 1): unknown {
    const names = { movieName: "Avatar", newMovieName: "Avatar" };
    return this.ask("exchangeTickets", { customerID, movieID, newMovieID, ...names, numberOfTickets });
  }
}

function refused(reason: Reason): unknown {
  return { outcome: "REFUSED", reason };
}

function expectOk(answer: unknown): void {
  expect(answer).to.have.property("outcome", "OK");
}

describe("table: civil dates", () => {
  it("numbers the days of every century as the proleptic Gregorian calendar does", () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        const date = new Date(day * millisecondsOfDay);
        expect(dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).to.equal(day);
      }),
      { numRuns: 2000 },
    );
  });

  it("numbers every day of the years that a show id can say one after the other", () => {
    let expected = dayNumber(2000, 1, 1) as number;
    for (let year = 2000; year <= 2099; year++) {
      for (let month = 1; month <= 12; month++) {
        for (let day = 1; day <= 31; day++) {
          const number = dayNumber(year, month, day);
          if (number !== undefined) expect(number).to.equal(expected++);
        }
      }
    }
    expect(expected).to.equal(dayNumber(2100, 1, 1));
  });

  const missing = ["2023-02-29", "2100-02-29", "1900-02-29", "2023-04-31", "2023-06-31", "2023-11-31", "2023-01-32"];
  for (const text of [...missing, "2023-00-10", "2023-13-10", "2023-05-00"]) {
    it(`knows no ${text}`, () => expect(parseBusinessDate(text)).to.equal(undefined));
  }

  for (const text of ["2024-02-29", "2000-02-29", "2023-02-28", "2023-12-31", "2023-01-31"]) {
    it(`knows ${text}`, () => expect(parseBusinessDate(text)).to.equal(Date.parse(text) / millisecondsOfDay));
  }

  for (const text of ["2023-5-12", "12-05-2023", " 2023-05-12", "2023-05-12\n", "", 20230512, undefined, null]) {
    it(`takes ${JSON.stringify(text)} for no date`, () => expect(parseBusinessDate(text)).to.equal(undefined));
  }

  const weeks = [
    { first: "2018-12-31", last: "2019-01-06" },
    { first: "2020-12-28", last: "2021-01-03" },
    { first: "2022-12-26", last: "2023-01-01" },
    { first: "2024-02-26", last: "2024-03-03" },
    { first: "1969-12-29", last: "1970-01-04" },
  ];
  for (const { first, last } of weeks) {
    it(`lets the week of ${first} go on to ${last} and no further`, () => {
      const [monday, sunday] = [parseBusinessDate(first) as number, parseBusinessDate(last) as number];
      expect(sunday - monday).to.equal(6);
      for (let day = monday; day <= sunday; day++) expect(weekNumber(day)).to.equal(weekNumber(monday));
      expect(weekNumber(monday - 1)).to.equal(weekNumber(monday) - 1);
      expect(weekNumber(sunday + 1)).to.equal(weekNumber(monday) + 1);
    });
  }
});

describe("table: show ids", () => {
  it("reads theatre, date and slot", () => {
    const day = dayNumber(2023, 5, 16);
    expect(parseMovieID("ATWM160523")).to.deep.equal({ theatre: "ATW", day, slot: 0 });
    expect(parseMovieID("VERA160523")).to.deep.equal({ theatre: "VER", day, slot: 1 });
    expect(parseMovieID("OUTE160523")).to.deep.equal({ theatre: "OUT", day, slot: 2 });
  });

  for (const id of [
    "ATWM290223",
    "ATWM310423",
    "ATWN160523",
    "atwM160523",
    "ATWM16052",
    "ATWM1605233",
    "ATWM160523\n",
  ]) {
    it(`refuses ${JSON.stringify(id)}`, () => expect(parseMovieID(id)).to.equal(undefined));
  }
});

describe("table: order of strings", () => {
  const ascending = ["", "A", "Z", "a", "aa", "a\u{1F3AC}", "é", "\uD7FF", "\uE000", "\uFB01", "\uFFFD", "\u{10000}"];

  it("puts what lies beyond the basic plane last, where UTF-16 units would not", () => {
    const sorted = [...ascending, "\u{1F3AC}", "\u{10FFFF}"];
    expect(sorted.toReversed().sort(compareCodePoints)).to.deep.equal(sorted);
    expect(sorted.toReversed().sort()).to.not.deep.equal(sorted);
  });

  it("compares any two strings as their lists of code points", () => {
    // Few different characters, so that strings often begin alike.
    const unit = fc.constantFrom("a", "b", "\uD7FF", "\uE000", "\uFFFF", "\u{10000}", "\u{10001}", "\u{10FFFF}");
    const text = fc.string({ unit, maxLength: 6 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).to.equal(compareLists([...a], [...b]));
      }),
      { numRuns: 2000 },
    );
  });

  it("lists and exports shows of one slot by the code points of their names", () => {
    const cinema = new Cinema();
    const names = ["Zorro", "\uE000", "\u{1F3AC}"];
    for (const name of names.toReversed()) expectOk(cinema.add("ATWM160523", 9, name));
    for (const name of names.toReversed()) expectOk(cinema.book("ATWC0001", "ATWM160523", 1, name));
    expect(cinema.replica.exportState()[0].map((row) => row[1])).to.deep.equal(names);
    const schedule = cinema.ask("getBookingSchedule", { customerID: "ATWC0001" }) as {
      readonly bookings: readonly { readonly movieName: string }[];
    };
    expect(schedule.bookings.map((booking) => booking.movieName)).to.deep.equal(names);
  });
});

/** -1, 0 or 1: the list-wise comparison by code point, written without a view to speed. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < a.length && index < b.length; index++) {
    const difference = (a[index]?.codePointAt(0) ?? 0) - (b[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return Math.sign(a.length - b.length);
}

describe("table: movie names", () => {
  const good = ["A", "x".repeat(120), "\u{1F3AC}".repeat(120), "Am\u00E9lie", "a b", "\u00DF\uFB01", "\u200B"];
  const bad = ["", " ", "x".repeat(121), "\u{1F3AC}".repeat(121), " A", "A ", "A\n", "\u00A0A", "A\u3000", "\uFEFFA"];
  const badForms = [
    "Ame\u0301lie",
    "\u212B",
    "A\uD800",
    "\uDC00A",
    `${"x".repeat(119)}\u0041\u030A`,
    7,
    null,
    undefined,
  ];
  for (const name of good) it(`takes ${label(name)}`, () => expect(isMovieName(name)).to.equal(true));
  for (const name of [...bad, ...badForms])
    it(`refuses ${label(name)}`, () => expect(isMovieName(name)).to.equal(false));
});

function label(name: unknown): string {
  const text = JSON.stringify(name) ?? "undefined";
  return text.length > 40 ? `${text.slice(0, 12)}… of ${[...String(name)].length} code points` : text;
}

describe("table: malformed requests", () => {
  const ticket = { customerID: "ATWC0001", movieID: "ATWM160523", movieName: "Avatar", numberOfTickets: 1 };
  const show = { adminID: "VERC0001", movieID: "ATWM100523", movieName: "Avatar", bookingCapacity: 5 };
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ["an operation that every object has", "constructor", {}],
    ["an operation that is no string", undefined, {}],
    ["arguments that are none", "bookMovieTickets", null],
    ["a missing argument", "getBookingSchedule", {}],
    ["a theatre that is not configured", "getBookingSchedule", { customerID: "LONC0001" }],
    ["an administrator as a customer", "getBookingSchedule", { customerID: "ATWA0001" }],
    ["a line end after an id", "getBookingSchedule", { customerID: "ATWC0001\n" }],
    ["a show in a theatre that is not configured", "bookMovieTickets", { ...ticket, movieID: "LONM160523" }],
    ["a count of 0", "bookMovieTickets", { ...ticket, numberOfTickets: 0 }],
    ["a count that is not whole", "bookMovieTickets", { ...ticket, numberOfTickets: 1.5 }],
    ["a count out of range", "cancelMovieTickets", { ...ticket, numberOfTickets: 1_000_001 }],
    ["a count that is a text", "bookMovieTickets", { ...ticket, numberOfTickets: "1" }],
    ["a capacity that is not a number", "addMovieSlots", { ...show, bookingCapacity: Number.NaN }],
    ["a malformed last argument before a rule", "addMovieSlots", { ...show, bookingCapacity: 0 }],
    ["an untrimmed name before a rule", "removeMovieSlots", { ...show, movieName: "Avatar " }],
    [
      "a malformed new show before a rule",
      "exchangeTickets",
      { ...ticket, newMovieID: "ATWM300223", newMovieName: "A" },
    ],
  ];
  for (const [what, operation, args] of rows) {
    it(`refuses ${what} as INVALID`, () => {
      expect(new Cinema().askAnything(operation, args)).to.deep.equal(refused("INVALID"));
    });
  }

  it("refuses a business date that does not exist as INVALID", () => {
    const cinema = new Cinema();
    cinema.today = "2023-02-29";
    expect(cinema.ask("getBookingSchedule", { customerID: "ATWC0001" })).to.deep.equal(refused("INVALID"));
  });

  it("never throws, whatever the arguments are", () => {
    const operation = fc.constantFrom(...operations, "toString");
    const args = fc.object({ key: fc.constantFrom(...Object.keys({ ...ticket, ...show }), "__proto__"), maxDepth: 1 });
    fc.assert(
      fc.property(operation, args, (name, values) => {
        expect(new Cinema().askAnything(name, values)).to.have.property("outcome");
      }),
    );
  });
});

describe("table: the first of several reasons", () => {
  /** Each title names two reasons of which both apply: the first is given. */
  const cases: readonly (readonly [first: Reason, others: string, ask: (cinema: Cinema) => unknown])[] = [
    ["NOT_PERMITTED", "DATE_IN_PAST of a new show", (cinema) => addAs(cinema, "VERA0001", "ATWM110523", 1)],
    ["NOT_PERMITTED", "DATE_TOO_FAR, by a customer", (cinema) => addAs(cinema, "ATWC0001", "ATWM200523", 1)],
    ["DATE_IN_PAST", "CAPACITY_BELOW_SOLD", (cinema) => tomorrow(soldOut(cinema)).add("ATWM120523", 1)],
    ["DATE_TOO_FAR", "CAPACITY_BELOW_SOLD", (cinema) => earlier(soldOut(cinema)).add("ATWM120523", 1)],
    ["CAPACITY_BELOW_SOLD", "nothing else", (cinema) => soldOut(cinema).add("ATWM120523", 4)],
    ["NOT_PERMITTED", "NO_SUCH_SHOW at removal", (cinema) => removeAs(cinema, "VERA0001", "ATWM160523")],
    ["NO_SUCH_SHOW", "DATE_IN_PAST at removal", (cinema) => cinema.remove("ATWM110523")],
    ["DATE_IN_PAST", "nothing else, at removal", (cinema) => tomorrow(soldOut(cinema)).remove("ATWM120523")],
    ["NO_SUCH_SHOW", "DATE_IN_PAST at booking", (cinema) => cinema.book("ATWC0001", "ATWM110523")],
    ["DATE_IN_PAST", "SAME_SHOW_ELSEWHERE", (cinema) => tomorrow(heldElsewhere(cinema)).book("OUTC0001", "VERM120523")],
    [
      "SAME_SHOW_ELSEWHERE",
      "WEEKLY_LIMIT, SHOW_FULL",
      (cinema) => heldElsewhere(cinema).book("OUTC0001", "VERM120523", 9),
    ],
    ["WEEKLY_LIMIT", "SHOW_FULL", (cinema) => heldElsewhere(cinema).book("OUTC0001", "VERE120523", 9)],
    ["SHOW_FULL", "nothing else", (cinema) => heldElsewhere(cinema).book("VERC0001", "VERE120523", 9)],
    ["NO_SUCH_SHOW", "NOT_BOOKED at cancelling", (cinema) => cancel(cinema, "ATWM120523", 1)],
    ["NOT_BOOKED", "NOT_ENOUGH_HELD", (cinema) => cancel(withShow(cinema, "ATWM120523"), "ATWM120523", 1)],
    ["NOT_ENOUGH_HELD", "nothing else", (cinema) => cancel(soldOut(cinema), "ATWM120523", 6)],
    ["NOT_BOOKED", "NO_SUCH_SHOW of the new show", (cinema) => exchangeToNone(withShow(cinema, "ATWM120523"), 1)],
    ["NOT_ENOUGH_HELD", "NO_SUCH_SHOW of the new show", (cinema) => exchangeToNone(soldOut(cinema), 6)],
    ["NO_SUCH_SHOW", "DATE_IN_PAST of the new show", (cinema) => exchangeToNone(tomorrow(soldOut(cinema)), 5)],
  ];
  for (const [first, others, ask] of cases) {
    it(`is ${first} before ${others}`, () => expect(ask(new Cinema())).to.deep.equal(refused(first)));
  }

  it("is the same order for the new show of an exchange", () => {
    const cinema = heldElsewhere(new Cinema());
    expectOk(cinema.add("OUTE190523", 20));
    expectOk(cinema.book("OUTC0001", "OUTE190523", 20));
    const exchange = (newMovieID: string) => cinema.exchange("OUTC0001", "OUTE190523", newMovieID, 9);
    expect(exchange("VERM120523")).to.deep.equal(refused("SAME_SHOW_ELSEWHERE"));
    expect(exchange("VERE120523")).to.deep.equal(refused("WEEKLY_LIMIT"));
    expect(cinema.exchange("OUTC0001", "ATWM120523", "VERE120523", 2)).to.deep.equal(refused("SHOW_FULL"));
    tomorrow(cinema);
    expect(exchange("VERM120523")).to.deep.equal(refused("DATE_IN_PAST"));
  });

  function addAs(cinema: Cinema, adminID: string, movieID: string, bookingCapacity: number): unknown {
    return cinema.ask("addMovieSlots", { adminID, movieID, movieName: "Avatar", bookingCapacity });
  }

  function removeAs(cinema: Cinema, adminID: string, movieID: string): unknown {
    return cinema.ask("removeMovieSlots", { adminID, movieID, movieName: "Avatar" });
  }

  function cancel(cinema: Cinema, movieID: string, numberOfTickets: number): unknown {
    return cinema.ask("cancelMovieTickets", { customerID: "ATWC0001", movieID, movieName: "Avatar", numberOfTickets });
  }

  function exchangeToNone(cinema: Cinema, tickets: number): unknown {
    return cinema.exchange("ATWC0001", "ATWM120523", "ATWM110523", tickets);
  }

  function withShow(cinema: Cinema, movieID: string): Cinema {
    expectOk(cinema.add(movieID));
    return cinema;
  }

  /** A show of 5 seats on 2023-05-12 of which one customer holds all. */
  function soldOut(cinema: Cinema): Cinema {
    expectOk(cinema.add("ATWM120523", 5));
    expectOk(cinema.book("ATWC0001", "ATWM120523", 5));
    return cinema;
  }

  /** A customer of OUT holds three shows of one week away; two shows of 1 seat in VER could be a fourth. */
  function heldElsewhere(cinema: Cinema): Cinema {
    for (const movieID of ["ATWM120523", "ATWM130523", "ATWA130523"]) {
      expectOk(cinema.add(movieID));
      expectOk(cinema.book("OUTC0001", movieID, 2));
    }
    expectOk(cinema.add("VERM120523", 1));
    expectOk(cinema.add("VERE120523", 1));
    return cinema;
  }

  function tomorrow(cinema: Cinema): Cinema {
    cinema.today = "2023-05-13";
    return cinema;
  }

  /** So early that 2023-05-12 is too far ahead: as a replica sees it that took over a state from elsewhere. */
  function earlier(cinema: Cinema): Cinema {
    cinema.today = "2023-05-04";
    return cinema;
  }
});

describe("table: what is kept twice stays equal", () => {
  it("counts weekly shows again as tickets go and come, over a new year", () => {
    const cinema = new Cinema();
    cinema.today = "2024-12-28";
    // Sunday the 29th ends one week; Monday the 30th to Sunday the 5th of January is the next.
    const week = ["VERM301224", "VERM311224", "VERM010125", "VERM020125"];
    for (const movieID of ["VERM291224", ...week]) expectOk(cinema.add(movieID));
    for (const movieID of ["VERM291224", ...week.slice(0, 3)]) expectOk(cinema.book("ATWC0001", movieID));
    expect(cinema.book("ATWC0001", "VERM020125")).to.deep.equal(refused("WEEKLY_LIMIT"));
    expect(cinema.exchange("ATWC0001", "VERM291224", "VERM020125")).to.deep.equal(refused("WEEKLY_LIMIT"));
    expectOk(cinema.exchange("ATWC0001", "VERM301224", "VERM020125"));
    expect(cinema.book("ATWC0001", "VERM301224")).to.deep.equal(refused("WEEKLY_LIMIT"));
    expectOk(cinema.remove("VERM020125"));
    expectOk(cinema.book("ATWC0001", "VERM301224"));
  });

  it("forgets a removed show in the search for the same show elsewhere", () => {
    const cinema = new Cinema();
    for (const movieID of ["ATWM160523", "VERM160523"]) expectOk(cinema.add(movieID));
    expectOk(cinema.book("ATWC0001", "ATWM160523"));
    expect(cinema.book("ATWC0001", "VERM160523")).to.deep.equal(refused("SAME_SHOW_ELSEWHERE"));
    expect(cinema.remove("ATWM160523")).to.deep.equal({
      outcome: "OK",
      moved: [],
      dropped: [{ customerID: "ATWC0001", numberOfTickets: 1 }],
    });
    expectOk(cinema.book("ATWC0001", "VERM160523"));
    expectOk(cinema.add("ATWM160523"));
    expect(cinema.book("ATWC0001", "ATWM160523")).to.deep.equal(refused("SAME_SHOW_ELSEWHERE"));
  });

  it("moves each customer of a removed show to the first later show with room for all of the tickets", () => {
    const cinema = new Cinema();
    expectOk(cinema.add("ATWA160523", 10));
    // Not later: the slot before. Not the same theatre: VER. Later: the evening, and the morning of the next day.
    expectOk(cinema.add("ATWM160523", 10));
    expectOk(cinema.add("VERE160523", 10));
    expectOk(cinema.add("ATWM170523", 4));
    expectOk(cinema.add("ATWE160523", 3));
    for (const [customerID, tickets] of [
      ["VERC0001", 3],
      ["ATWC0002", 2],
      ["ATWC0001", 3],
      ["OUTC0001", 2],
    ] as const) {
      expectOk(cinema.book(customerID, "ATWA160523", tickets));
    }
    expectOk(cinema.book("ATWC0002", "ATWM170523", 1));
    expect(cinema.remove("ATWA160523")).to.deep.equal({
      outcome: "OK",
      moved: [
        { customerID: "ATWC0001", movieID: "ATWE160523", numberOfTickets: 3 },
        { customerID: "ATWC0002", movieID: "ATWM170523", numberOfTickets: 2 },
      ],
      dropped: [
        { customerID: "OUTC0001", numberOfTickets: 2 },
        { customerID: "VERC0001", numberOfTickets: 3 },
      ],
    });
    expect(cinema.replica.exportState()[1]).to.deep.equal([
      ["ATWC0001", "ATWE160523", "Avatar", 3],
      ["ATWC0002", "ATWM170523", "Avatar", 3],
    ]);
  });

  it("lets a show stop counting in an exchange only when none of it would be left", () => {
    const cinema = new Cinema();
    for (const movieID of ["VERM160523", "OUTM160523", "VERA160523", "VERE160523", "VERM170523"]) {
      expectOk(cinema.add(movieID));
    }
    for (const movieID of ["VERM160523", "VERA160523", "VERE160523"]) expectOk(cinema.book("ATWC0001", movieID, 2));
    expect(cinema.exchange("ATWC0001", "VERM160523", "OUTM160523", 1)).to.deep.equal(refused("SAME_SHOW_ELSEWHERE"));
    expect(cinema.exchange("ATWC0001", "VERA160523", "VERM170523", 1)).to.deep.equal(refused("WEEKLY_LIMIT"));
    expectOk(cinema.exchange("ATWC0001", "VERM160523", "OUTM160523", 2));
    expectOk(cinema.exchange("ATWC0001", "VERA160523", "VERM170523", 2));
    expectOk(cinema.book("ATWC0001", "VERM170523", 1));
  });

  it("lets a show at home given up make no room for one away", () => {
    const cinema = new Cinema();
    for (const movieID of ["ATWM150523", "VERM160523", "VERA160523", "VERE160523", "VERM170523"]) {
      expectOk(cinema.add(movieID));
      if (movieID !== "VERM170523") expectOk(cinema.book("ATWC0001", movieID));
    }
    expect(cinema.exchange("ATWC0001", "ATWM150523", "VERM170523")).to.deep.equal(refused("WEEKLY_LIMIT"));
  });

  it("changes nothing when a show is exchanged for itself, though it is full and past", () => {
    const cinema = new Cinema();
    expectOk(cinema.add("ATWM160523", 2));
    expectOk(cinema.book("ATWC0001", "ATWM160523", 2));
    cinema.today = "2023-05-17";
    const answer = { outcome: "OK", heldOld: 2, heldNew: 2, availableOld: 0, availableNew: 0 };
    expect(cinema.exchange("ATWC0001", "ATWM160523", "ATWM160523", 2)).to.deep.equal(answer);
  });

  it("refuses more of a show already held when a removal brought the same show elsewhere about", () => {
    const cinema = new Cinema();
    for (const movieID of ["ATWM160523", "ATWA160523", "VERA160523"]) expectOk(cinema.add(movieID));
    for (const movieID of ["ATWM160523", "VERA160523"]) expectOk(cinema.book("ATWC0001", movieID));
    expectOk(cinema.remove("ATWM160523"));
    for (const movieID of ["ATWA160523", "VERA160523"]) {
      expect(cinema.book("ATWC0001", movieID)).to.deep.equal(refused("SAME_SHOW_ELSEWHERE"));
    }
  });

  it("leaves no show behind that was removed, and takes its place in the list for a new one", () => {
    const cinema = new Cinema();
    for (const movieID of ["ATWM160523", "ATWA160523", "ATWE160523"]) expectOk(cinema.add(movieID));
    expectOk(cinema.remove("ATWA160523"));
    const movieIDs = () => cinema.replica.exportState()[0].map(([movieID]) => movieID);
    expect(movieIDs()).to.deep.equal(["ATWM160523", "ATWE160523"]);
    expectOk(cinema.add("ATWA160523"));
    expect(movieIDs()).to.deep.equal(["ATWM160523", "ATWA160523", "ATWE160523"]);
  });

  it("goes on from an imported state as from its own, limits included", () => {
    const first = new Cinema();
    for (const movieID of ["VERM150523", "VERM160523", "VERM170523", "VERM180523"]) expectOk(first.add(movieID));
    for (const movieID of ["VERM150523", "VERM160523", "VERM170523"]) expectOk(first.book("ATWC0001", movieID));
    for (const customerID of ["VERC0002", "VERC0001", "OUTC0009"]) expectOk(first.book(customerID, "VERM160523"));
    const state = first.replica.exportState();
    expect(state[1].slice(1, 5).map(([customerID]) => customerID)).to.deep.equal([
      "ATWC0001",
      "OUTC0009",
      "VERC0001",
      "VERC0002",
    ]);
    const second = new Cinema();
    second.replica.importState(state);
    expect(second.replica.exportState()).to.deep.equal(state);
    expect(second.book("ATWC0001", "VERM180523")).to.deep.equal(refused("WEEKLY_LIMIT"));
    expectOk(second.book("VERC0001", "VERM180523"));
    expect(first.replica.exportState()).to.deep.equal(state);
  });

  it("refuses to start from bookings that no show is there for, and keeps what it has", () => {
    const cinema = new Cinema();
    expectOk(cinema.add("ATWM160523"));
    const before = cinema.replica.exportState();
    const importBroken = () => cinema.replica.importState([[], [["ATWC0001", "ATWM160523", "Avatar", 1]]]);
    expect(importBroken).to.throw("a stored booking is for a stored show");
    expect(cinema.replica.exportState()).to.deep.equal(before);
  });
});
