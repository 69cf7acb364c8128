import { expect } from "chai";
import fc from "fast-check";
import { randomRequests } from "../../conformance/random-requests.ts";
import { AssertionFailed } from "../../protocol/assert.ts";
import type { BusinessDate } from "../../protocol/ids.ts";
import { operations } from "../../protocol/operation.ts";
import type { BookingRow, CanonicalState, Replica, ReplicaRequest, ShowRow } from "../../replicas/contract.ts";
import { dateOfDay, dayNumber, daysOfShows, readDate, weekOfDay } from "../../replicas/grid/calendar.ts";
import { Identifiers } from "../../replicas/grid/identifiers.ts";
import { bookingRowsMax, customersPerTheatre, movieRowsMax } from "../../replicas/grid/limits.ts";
import { compareCodePoints, isMovieName } from "../../replicas/grid/movie-name.ts";
import { Movies } from "../../replicas/grid/movies.ts";
import { makeReplica } from "../../replicas/grid/replica.ts";
import { makeState, type State } from "../../replicas/grid/state.ts";

const dayMs = 86_400_000;
const theatres = ["ATW", "VER", "OUT"];
const firstMs = Date.UTC(2000, 0, 1);
/** Every day that a show can be on, by the calendar of the test's host. */
const dates = Array.from({ length: daysOfShows }, (_, day) => new Date(firstMs + day * dayMs));

describe("the calendar of the grid", () => {
  it("numbers every date from 2000 to 2099 without a gap and knows no other", () => {
    expect(dates.at(-1)?.toISOString()).to.match(/^2099-12-31/);
    const found: (number | undefined)[] = [];
    for (let year = 2000; year < 2100; year++) {
      for (let month = -1; month <= 13; month++) {
        for (let day = -1; day <= 32; day++) {
          const date = new Date(Date.UTC(year, month - 1, day));
          const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
          const number = dayNumber(year, month, day);
          if (exists) found.push(number);
          else expect(number, `${year}-${month}-${day}`).to.equal(undefined);
        }
      }
    }
    expect(found).to.deep.equal(dates.map((_, day) => day));
  });

  it("tells the date of every day", () => {
    expect(dates.map((_, day) => dateOfDay(day))).to.deep.equal(
      dates.map((date) => date.getUTCDate() * 10_000 + (date.getUTCMonth() + 1) * 100 + (date.getUTCFullYear() % 100)),
    );
  });

  it("reads every business date, and years without shows as long before or long after", () => {
    expect(dates.map((date) => readDate(date.toISOString().slice(0, 10)))).to.deep.equal(dates.map((_, day) => day));
    expect(readDate("1999-12-31")).to.equal(-1);
    expect(readDate("1999-01-01")).to.equal(-365);
    for (const text of ["1998-12-31", "0000-02-29"]) expect(readDate(text), text).to.be.below(-1000);
    for (const text of ["2100-01-01", "9999-12-31", "2400-02-29"]) expect(readDate(text), text).to.be.above(40_000);
    for (const text of ["2100-02-29", "1900-02-29", "2023-02-29", "2023-00-10", "2023-13-01", "2023-04-31"]) {
      expect(readDate(text), text).to.equal(undefined);
    }
  });

  it("reads nothing but four, two and two digits as a date", () => {
    const broken = ["", "2023-5-12", "2023-05-12 ", "2023-05-12\n", " 2023-05-12", "20230512", "２023-05-12", 7, null];
    for (const text of broken) expect(readDate(text), String(text)).to.equal(undefined);
  });

  it("gives two days the same week exactly when ISO 8601 does, at every end of a year", () => {
    const labels = dates.map(isoWeek);
    expect(labels[dayNumber(2005, 1, 2) as number]).to.equal("2004-W53");
    expect(labels[dayNumber(2024, 12, 30) as number]).to.equal("2025-W1");
    for (const [day, label] of labels.slice(1).entries()) {
      expect(weekOfDay(day + 1) - weekOfDay(day), label).to.equal(label === labels[day] ? 0 : 1);
    }
  });
});

/** The week as ISO 8601 defines it: that of the Thursday, counted in the Thursday's year. */
function isoWeek(date: Date): string {
  const thursday = new Date(date.getTime() + (3 - ((date.getUTCDay() + 6) % 7)) * dayMs);
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * dayMs));
  return `${thursday.getUTCFullYear()}-W${week}`;
}

describe("the identifiers of the grid", () => {
  const ids = new Identifiers(theatres);

  it("number places in the order of date, slot and theatre, and give each its id back", () => {
    const written = dates.flatMap((date) => {
      const iso = date.toISOString();
      const ddMMyy = iso.slice(8, 10) + iso.slice(5, 7) + iso.slice(2, 4);
      return ["M", "A", "E"].flatMap((slot) => theatres.toSorted().map((theatre) => `${theatre}${slot}${ddMMyy}`));
    });
    const places = written.map((id) => ids.readPlace(id));
    expect(places).to.deep.equal(written.map((_, place) => place));
    expect(places.map((place) => ids.movieId(place))).to.deep.equal(written);
  });

  it("number customers in the order of their ids, and give each its id back", () => {
    const written = theatres.flatMap((theatre) =>
      ["0000", "0001", "0999", "9999"].map((digits) => `${theatre}C${digits}`),
    );
    written.sort();
    const customers = written.map((id) => ids.readCustomer(id));
    expect(customers).to.deep.equal(customers.toSorted((a, b) => a - b));
    expect(customers.map((customer) => ids.customerId(customer))).to.deep.equal(written);
    expect(Math.max(...customers)).to.equal(ids.customersMax - 1);
  });

  it("keep every number exact with as many theatres as there can be", () => {
    const letters = Array.from({ length: 26 }, (_, letter) => String.fromCharCode(65 + letter));
    const all = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
    const many = new Identifiers([...all, ...all]);
    const last = many.readPlace("ZZZE311299");
    expect(many.movieId(last)).to.equal("ZZZE311299");
    expect(many.customerId(many.readCustomer("ZZZC9999"))).to.equal("ZZZC9999");
    expect(many.customersMax).to.equal(all.length * customersPerTheatre);
    expect(last).to.be.below(2 ** 31);
    expect((last + 1) * movieRowsMax).to.be.at.most(Number.MAX_SAFE_INTEGER + 1);
    expect(many.customersMax * bookingRowsMax).to.be.below(Number.MAX_SAFE_INTEGER);
  });
});

describe("movie names in the grid", () => {
  it("compare as their UTF-8 does", () => {
    const text = fc.string({
      unit: fc.constantFrom("a", "b", "\u007f", "é", "\ud7ff", "\ue000", "Ａ", "\uffff", "🎬", "𐀀"),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).to.equal(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });

  it("have 1 to 120 code points in NFC, no white space around and no lone surrogate", () => {
    const unit = fc.constantFrom(
      "a",
      " ",
      "\u00a0",
      "\ufeff",
      "\t",
      "e\u0301",
      "é",
      "\ud83d",
      "\udc00",
      "🎬",
      "\u0301",
    );
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 4 }),
        fc.constantFrom(0, 1, 30, 60, 118, 119, 120, 121),
        (text, filled) => {
          const name = "🎬".repeat(filled) + text;
          const length = Array.from(name).length;
          const isSound = name === name.trim() && name === name.normalize() && isWellFormed(name);
          expect(isMovieName(name), JSON.stringify(name)).to.equal(isSound && length >= 1 && length <= 120);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** UTF-8 has no lone surrogates: they come back as something else. */
function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

describe("what the grid remembers", () => {
  it("is a movie only while it has a show", () => {
    const { movies, shows } = makeState(new Identifiers(theatres));
    for (let round = 0; round < 100; round++) {
      const show = shows.add(round, `Movie ${round}`, 5);
      expect(movies.read(`Movie ${round}`)).to.equal(1);
      shows.remove(show);
    }
    expect([movies.count, shows.count]).to.deep.equal([0, 0]);
    const movie = movies.intern("Avatar");
    movies.setLatest(movie, 1);
    expect(() => movies.release(movie)).to.throw(AssertionFailed, "no show");
    expect(new Movies().read("Avatar")).to.equal(0);
  });

  it("keeps no show with a booking out of the state, sells no seat twice and takes back none that was not sold", () => {
    const { shows, bookings } = smallState();
    expect(() => shows.remove(1)).to.throw(AssertionFailed, "no booking left");
    expect(() => shows.setCapacity(1, 2)).to.throw(AssertionFailed, "seat for every ticket");
    expect(() => shows.add(shows.placeOf(1), "Avatar", 5)).to.throw(AssertionFailed, "once at a place");
    expect(() => bookings.add(8, 1, 3)).to.throw(AssertionFailed, "no more than its seats");
    expect(() => bookings.take(bookings.find(7, 1), 4)).to.throw(AssertionFailed, "than are held");
  });

  /** Random requests against a replica that begins anew from the state of the other before each of them. */
  it("answers after a long life as a replica that has just been imported", () => {
    for (let seed = 1; seed <= 6; seed++) {
      const old = makeReplica({ theatres });
      let before = old.exportState();
      for (const request of randomRequests(seed, 400) as readonly ReplicaRequest[]) {
        const young = imported(before);
        expect(young.execute(request), `seed ${seed}, n ${request.n}`).to.deep.equal(old.execute(request));
        before = old.exportState();
        expect(young.exportState(), `seed ${seed}, n ${request.n}`).to.deep.equal(before);
      }
    }
  });
});

/** Show 1 of 5 seats, of which customer 7 holds 3. */
function smallState(): State {
  const state = makeState(new Identifiers(theatres));
  state.bookings.add(7, state.shows.add(99, "Avatar", 5), 3);
  return state;
}

function imported(state: CanonicalState): Replica {
  const replica = makeReplica({ theatres });
  replica.importState(state);
  return replica;
}

describe("the state of the grid", () => {
  const sound: CanonicalState = [[["ATWM120523", "Avatar", 5]], [["VERC1000", "ATWM120523", "Avatar", 2]]];

  it("stays as it was when what is imported is not a state", () => {
    const [[show], [booking]] = sound as readonly [readonly [ShowRow], readonly [BookingRow]];
    const broken: readonly (readonly [CanonicalState, string])[] = [
      [[[show, show], []], "once at a place"],
      [[[["ATWM310223", "Avatar", 5]], []], "imported show"],
      [[[["ATWM120523", "Avatar ", 5]], []], "imported show"],
      [[[["ATWM120523", "Avatar", 0]], []], "imported show"],
      [[[], [booking]], "of an imported show"],
      [[[show], [booking, booking]], "one booking of a show"],
      [[[show], [["VERA1000", "ATWM120523", "Avatar", 3]]], "imported booking"],
      [[[show], [["VERC1000", "ATWM120523", "Avatar", 0.5]]], "imported booking"],
      [[[show], [["VERC1000", "ATWM120523", "Avatar", 6]]], "no more than its seats"],
    ];
    const replica = imported(sound);
    for (const [state, rule] of broken) {
      expect(() => replica.importState(state), JSON.stringify(state)).to.throw(AssertionFailed, rule);
      expect(replica.exportState()).to.deep.equal(sound);
    }
  });

  it("is sorted by date before name, with names by code point, whatever came first", () => {
    const names = ["🎬", "Ａ", "b", "a"];
    const rows = names.flatMap((name) => ["OUTE010124", "ATWM311223"].map((movieID) => [movieID, name, 5] as const));
    const replica = imported([rows, []]);
    expect(replica.exportState()[0].map(([movieID, name]) => movieID.slice(0, 3) + name)).to.deep.equal([
      "ATWa",
      "ATWb",
      "ATWＡ",
      "ATW🎬",
      "OUTa",
      "OUTb",
      "OUTＡ",
      "OUT🎬",
    ]);
  });
});

describe("a request to the grid", () => {
  it("is answered and changes nothing when it is malformed, whatever its arguments are", () => {
    const replica = imported([[["ATWM120523", "Avatar", 5]], []]);
    const before = replica.exportState();
    const names = ["adminID", "customerID", "movieID", "movieName", "newMovieID", "newMovieName", "numberOfTickets"];
    const args = fc.oneof(
      fc.dictionary(fc.constantFrom(...names), fc.anything()),
      fc.object(),
      fc.array(fc.anything()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...operations, "__proto__", ""), args, (operation, args) => {
        const answer = replica.execute(requestOf(operation, args, "2023-05-12"));
        const isEmptyList = answer.outcome === "OK" && "shows" in answer && answer.shows.length === 0;
        if (!isEmptyList) expect(answer).to.deep.equal({ outcome: "REFUSED", reason: "INVALID" });
      }),
      { numRuns: 2000 },
    );
    expect(replica.exportState()).to.deep.equal(before);
  });

  it("is INVALID when its business date is no date", () => {
    const replica = makeReplica({ theatres });
    for (const date of ["2023-02-29", "", undefined, 7]) {
      const answer = replica.execute(requestOf("getBookingSchedule", { customerID: "ATWC1000" }, date));
      expect(answer).to.deep.equal({ outcome: "REFUSED", reason: "INVALID" });
    }
  });

  it("on the last day before the years of shows adds shows up to seven days ahead", () => {
    const replica = makeReplica({ theatres });
    const add = (movieID: string) => {
      const args = { adminID: "ATWA1000", movieID, movieName: "Avatar", bookingCapacity: 5 };
      return replica.execute(requestOf("addMovieSlots", args, "1999-12-31"));
    };
    expect(add("ATWM070100")).to.have.property("outcome", "OK");
    expect(add("ATWM080100")).to.have.property("reason", "DATE_TOO_FAR");
  });

  it("is INVALID where there is no theatre, and a cluster's theatre has three capital letters", () => {
    const answer = makeReplica({ theatres: [] }).execute(
      requestOf("getBookingSchedule", { customerID: "ATWC1000" }, "2023-05-12"),
    );
    expect(answer).to.have.property("reason", "INVALID");
    for (const name of ["atw", "ATWX", "AT", ""]) {
      expect(() => makeReplica({ theatres: [name] }), name).to.throw(AssertionFailed, "three capital letters");
    }
  });
});

function requestOf(operation: string, args: object, businessDate: unknown): ReplicaRequest {
  const frame = { n: 1, time: 0, businessDate: businessDate as BusinessDate, caller: "ATWC1000" };
  return { ...frame, operation, args } as unknown as ReplicaRequest;
}
