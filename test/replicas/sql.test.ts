import { expect } from "chai";
import fc from "fast-check";
import { randomRequests } from "../../conformance/random-requests.ts";
import type { BookingRow, CanonicalState, Replica, ReplicaRequest, ShowRow } from "../../replicas/contract.ts";
import { Engine } from "../../replicas/sql/engine.ts";
import { judgeCapacity, judgeGivingUp, judgeRemoval, judgeTaking } from "../../replicas/sql/judgements.ts";
import { fromColumn, toColumn } from "../../replicas/sql/movie-name.ts";
import { makeReplica, replicaOn } from "../../replicas/sql/replica.ts";
import { schema } from "../../replicas/sql/schema.ts";

const options = { theatres: ["ATW", "VER", "OUT"] };
const dayMs = 86_400_000;
const firstDay = Date.UTC(2000, 0, 1);
const days = Array.from({ length: 36_525 }, (_, index) => firstDay + index * dayMs);
/** So many bookings that an import takes the way of large ones. */
const manyBookings = 20_000;

describe("the SQL version", function () {
  this.timeout(30_000);

  describe("its dates", () => {
    it("have the ISO week of every day from 2000 to 2099", () => {
      const engine = new Engine(schema);
      engine.atomically(() => {
        for (const day of days) engine.run(offer(`ATWM${idDate(day)}`));
      });
      const rows = engine.prepare<{ day: string; week: number }>("SELECT day, week FROM shows ORDER BY day").all();
      expect(rows).to.deep.equal(days.map((day) => ({ day: isoDate(day), week: isoWeek(day) })));
    });

    it("exist in the tables only when they exist in the calendar", () => {
      const engine = new Engine(schema);
      const isTaken = (date: string) => {
        try {
          engine.run(offer(`ATWM${date}`));
          return true;
        } catch {
          return false;
        }
      };
      const known = new Set(days.map(idDate));
      for (const year of ["00", "01", "04", "23", "24", "99"]) {
        for (let dayAndMonth = 0; dayAndMonth <= 3999; dayAndMonth++) {
          const date = String(dayAndMonth).padStart(4, "0") + year;
          if (Number(date.slice(2, 4)) < 20) expect(isTaken(date), date).to.equal(known.has(date));
        }
      }
    });

    it("reach seven days ahead of every day from 2000 to 2099 and no further", () => {
      const replica = makeReplica(options);
      for (const today of days.slice(0, -8)) {
        for (const [ahead, outcome] of [
          [7, "OK"],
          [8, "REFUSED"],
        ] as const) {
          const movieID = `ATWM${idDate(today + ahead * dayMs)}`;
          const args = { adminID: "ATWA1000", movieID, movieName: "Avatar", bookingCapacity: 1 };
          expect(replica.execute(request("addMovieSlots", args, isoDate(today))).outcome, movieID).to.equal(outcome);
        }
      }
    });
  });

  describe("its tables", () => {
    it("stay whole through random requests: what is sold is held, and nobody is left moving", () => {
      for (let seed = 1; seed <= 10; seed++) {
        const engine = new Engine(schema);
        const replica = replicaOn(engine, options);
        for (const [index, input] of randomRequests(seed, 400).entries()) {
          replica.execute(input as ReplicaRequest);
          if (index % 20 === 19) expectWhole(engine);
        }
      }
    });

    const filled = `
      INSERT INTO programme (movie_id, movie_name, capacity) VALUES ('ATWM120523', 'Avatar', 5), ('VERM160523', 'Avatar', 5);
      INSERT INTO changes (customer, show, tickets) VALUES ('ATWC1000', 1, 3);`;
    const wrongWrites: Readonly<Record<string, string>> = {
      "more sold than there are seats": "INSERT INTO changes VALUES ('ATWC1001', 1, 3)",
      "a capacity below what is sold": "INSERT INTO programme VALUES ('ATWM120523', 'Avatar', 2)",
      "a capacity of nothing": "INSERT INTO programme VALUES ('ATWM130523', 'Avatar', 0)",
      "a capacity beyond a million": "INSERT INTO programme VALUES ('ATWM130523', 'Avatar', 1000001)",
      "more given back than held": "INSERT INTO changes VALUES ('ATWC1000', 1, -4)",
      "a booking of nothing": "INSERT INTO bookings VALUES (2, 'ATWC1000', 202320, 0)",
      "a booking of no show": "INSERT INTO bookings VALUES (9, 'ATWC1000', 202319, 1)",
      "a booking in another week than its show": "INSERT INTO bookings VALUES (2, 'ATWC1000', 202319, 1)",
      "a booking of an administrator": "INSERT INTO changes VALUES ('ATWA1000', 1, 1)",
      "a show removed under its bookings": "DELETE FROM shows WHERE show = 1",
      "a number that is not whole": "UPDATE bookings SET held = 1.5",
      "a movie id of another form": "INSERT INTO programme VALUES ('ATWX120523', 'Avatar', 5)",
      "the second half of an exchange that does not fit":
        "INSERT INTO changes VALUES ('ATWC1000', 1, -3), ('ATWC1000', 2, 6)",
    };
    for (const [wrong, sql] of Object.entries(wrongWrites)) {
      it(`refuse ${wrong}, and nothing of it stays`, () => {
        const engine = new Engine(schema);
        engine.run(filled);
        const replica = replicaOn(engine, options);
        const before = replica.exportState();
        expect(() => engine.run(sql)).to.throw(/constraint|cannot store/);
        expect(replica.exportState()).to.deep.equal(before);
        expectWhole(engine);
      });
    }

    it("are searched and never scanned by what judges a request", () => {
      const engine = new Engine(schema);
      for (const judge of [judgeCapacity, judgeRemoval, judgeGivingUp, judgeTaking]) {
        const names = [...new Set(Array.from(judge.matchAll(/:([a-zA-Z]+)/g), ([, name]) => name))];
        const plan = engine.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${judge}`);
        const steps = plan.all(Object.fromEntries(names.map((name) => [name, null]))).map(({ detail }) => detail);
        expect(steps.some((step) => step.startsWith("SEARCH shows"))).to.equal(true);
        expect(steps.filter((step) => /^SCAN (?!CONSTANT|\(subquery)/.test(step))).to.deep.equal([]);
      }
    });
  });

  describe("its names", () => {
    const character = fc.oneof(
      fc.constantFrom("\0", "\x01", "\x02", "\x7f", "\u0800", "\uffff", "\u{10000}", "a"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    const name = fc.array(character, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));

    it("come back from a column as they went in, and keep the order of code points there", () => {
      fc.assert(
        fc.property(name, name, (a, b) => {
          expect(fromColumn(toColumn(a))).to.equal(a);
          expect(toColumn(a)).to.not.contain("\0");
          expect(byCodePoint(toColumn(a), toColumn(b))).to.equal(byCodePoint(a, b));
        }),
        { numRuns: 5_000 },
      );
    });

    it("may hold any character, also the one that ends texts of the engine", () => {
      fc.assert(
        fc.property(
          fc.uniqueArray(
            name.map((text) => `<${text}>`.normalize("NFC")),
            { maxLength: 8 },
          ),
          (names) => {
            const replica = makeReplica(options);
            for (const movieName of names) {
              const show = { movieID: "VERM120523", movieName };
              replica.execute(request("addMovieSlots", { adminID: "VERA1000", ...show, bookingCapacity: 5 }));
              replica.execute(request("bookMovieTickets", { customerID: "VERC1000", ...show, numberOfTickets: 1 }));
            }
            const sorted = names.toSorted(byCodePoint);
            const schedule = replica.execute(request("getBookingSchedule", { customerID: "VERC1000" }));
            expect(schedule).to.have.property("bookings").with.lengthOf(names.length);
            const state = replica.exportState();
            expect(state[0].map(([, movieName]) => movieName)).to.deep.equal(sorted);
            const other = makeReplica(options);
            other.importState(state);
            expect(other.exportState()).to.deep.equal(state);
            expect(other.execute(request("getBookingSchedule", { customerID: "VERC1000" }))).to.deep.equal(schedule);
          },
        ),
      );
    });
  });

  describe("its transfers", () => {
    for (const bookings of [3, manyBookings]) {
      it(`go on from ${bookings} bookings as if they had been made here, over others and many`, () => {
        const engine = new Engine(schema);
        const replica = replicaOn(engine, options);
        replica.importState(crowd(manyBookings + 7));
        replica.importState(crowd(bookings));
        expect(replica.exportState()).to.deep.equal(crowd(bookings));
        expectWhole(engine);
        expect(book(replica, "ATWC0000", "OUTM120523", "Elsewhere")).to.equal("SAME_SHOW_ELSEWHERE");
        expect(book(replica, "ATWC0000", "VERE140523", "Fourth")).to.equal("WEEKLY_LIMIT");
        expect(book(replica, "VERC0000", "VERE140523", "Fourth")).to.equal("OK");
      });

      it(`throw on ${bookings} bookings that break a constraint, and leave what was there`, () => {
        const engine = new Engine(schema);
        const replica = replicaOn(engine, options);
        replica.importState(crowd(3));
        const [shows, held] = crowd(bookings);
        const oversold: BookingRow[] = held.map(([customer, id, name, tickets], index) => [
          customer,
          id,
          name,
          index === 0 ? 1_000_000 : tickets,
        ]);
        expect(() => replica.importState([shows, oversold])).to.throw(/constraint/);
        expect(replica.exportState()).to.deep.equal(crowd(3));
        expectWhole(engine);
      });
    }
  });

  it("answers INVALID on a business date of another form", () => {
    const replica = makeReplica(options);
    for (const businessDate of ["", "2023-5-12", "2023-05-12\n", 20230512, null] as unknown as string[]) {
      const input = request("getBookingSchedule", { customerID: "ATWC1000" }, businessDate);
      expect(replica.execute(input)).to.deep.equal({ outcome: "REFUSED", reason: "INVALID" });
    }
  });

  it("asks no clock, whatever the engine could", () => {
    const { now } = Date;
    let answers = 0;
    Object.assign(Date, { now: () => expect.fail("the clock was read") });
    try {
      const replica = makeReplica(options);
      for (const input of randomRequests(3, 400)) {
        if (replica.execute(input as ReplicaRequest).outcome === "OK") answers++;
      }
      replica.importState(replica.exportState());
    } finally {
      Object.assign(Date, { now });
    }
    expect(answers).to.be.above(50);
  });

  it("names neither clock, zone nor chance in any statement", () => {
    const texts = [schema];
    class NotingEngine extends Engine {
      override prepare<Row>(sql: string) {
        texts.push(sql);
        return super.prepare<Row>(sql);
      }
    }
    replicaOn(new NotingEngine(schema), options);
    expect(texts.length).to.be.above(15);
    for (const text of texts) expect(text).to.not.match(/random|now'|current_|local|utc|unixepoch/i);
  });
});

/** What no request and no import may leave behind. */
function expectWhole(engine: Engine): void {
  const wrong = engine.prepare(`
    SELECT show FROM shows LEFT JOIN seats USING (show)
    WHERE sold IS NOT (SELECT ifnull(sum(held), 0) FROM bookings WHERE bookings.show = shows.show)
    UNION ALL SELECT show FROM moves`);
  expect(wrong.all()).to.deep.equal([]);
  expect(engine.prepare("PRAGMA foreign_key_check").all()).to.deep.equal([]);
  expect(engine.prepare("PRAGMA foreign_keys").all()).to.deep.equal([{ foreign_keys: 1 }]);
  expect(engine.prepare("PRAGMA integrity_check").all()).to.deep.equal([{ integrity_check: "ok" }]);
}

/** A state with as many bookings, the first of one customer who may book nothing more outside. */
function crowd(bookings: number): CanonicalState {
  const outside = ["VERM120523", "VERA120523", "VERE120523"];
  const shows: ShowRow[] = [
    ["OUTM120523", "Elsewhere", 9],
    ...outside.map((movieID) => [movieID, "Elsewhere", 50_000] as const),
    ["VERE140523", "Fourth", 9],
  ];
  const customers = Array.from({ length: Math.ceil(bookings / 3) }, (_, index) => {
    const theatre = index < 10_000 ? "ATWC" : "OUTC";
    return theatre + String(index % 10_000).padStart(4, "0");
  });
  const rows = outside.flatMap((movieID) => customers.map((customer) => [customer, movieID, "Elsewhere", 1] as const));
  return [shows, rows];
}

function book(replica: Replica, customerID: string, movieID: string, movieName: string): string {
  const answer = replica.execute(request("bookMovieTickets", { customerID, movieID, movieName, numberOfTickets: 1 }));
  return answer.outcome === "OK" ? "OK" : answer.reason;
}

function request(operation: string, args: object, businessDate = "2023-05-12"): ReplicaRequest {
  return { n: 1, time: 0, businessDate, caller: "ATWC1000", operation, args } as ReplicaRequest;
}

function offer(movieID: string): string {
  return `INSERT INTO programme (movie_id, movie_name, capacity) VALUES ('${movieID}', 'Avatar', 5)`;
}

function isoDate(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

function idDate(day: number): string {
  const date = isoDate(day);
  return date.slice(8) + date.slice(5, 7) + date.slice(2, 4);
}

/** The year and the number of the week that has the Thursday of this one, counted in days; no formula of the engine. */
function isoWeek(day: number): number {
  const thursday = new Date(day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs + 3 * dayMs);
  const year = thursday.getUTCFullYear();
  return 100 * year + 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * dayMs));
}

/** UTF-8 keeps the order of code points. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
