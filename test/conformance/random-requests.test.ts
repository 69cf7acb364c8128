import { expect } from "chai";
import type { Executed } from "../../conformance/invariants.ts";
import { moduleSubject, sha256 } from "../../conformance/module-subject.ts";
import { checkEveryStep } from "../../conformance/play.ts";
import { randomRequests } from "../../conformance/random-requests.ts";
import { dateOf, soldOf } from "../../conformance/state-form.ts";
import type { CanonicalState } from "../../replicas/contract.ts";
import { versionNames } from "../../replicas/versions.ts";

type Text = Readonly<Record<string, string>>;

const runs = 40;
const requestsPerRun = 500;
const leapDay = /2902\d\d$/;

/** What random requests have to come to, each told by one executed request. */
const happenings: Readonly<Record<string, (executed: Executed) => boolean>> = {
  "one customer number in two theatres, holding tickets of one show": ({ after }) =>
    after[1].some(([customer, id, name]) =>
      after[1].some(
        ([other, otherID, otherName]) =>
          other !== customer && other.slice(3) === customer.slice(3) && otherID === id && otherName === name,
      ),
    ),
  "one show id for two movies": ({ after }) => new Set(after[0].map(([id]) => id)).size < after[0].length,
  "one slot in two theatres for one movie": ({ after: [shows] }) =>
    shows.some(([id, name], index) =>
      shows.slice(index + 1).some(([other, same]) => same === name && other.slice(3) === id.slice(3)),
    ),
  "a week that lies in two years, with shows held in both": ({ after }) =>
    after[1].some(([customer, id]) =>
      after[1].some(([other, next]) => other === customer && isNewYearBetween(dateOf(id), dateOf(next))),
    ),
  "shows held on both sides of the end of a month": ({ after: [, bookings] }) =>
    bookings.some(([, id]) =>
      bookings.some(([, next]) => isNextDay(dateOf(id), dateOf(next)) && next.slice(4, 6) === "01"),
    ),
  "a show that is exactly full": ({ request, answer }) =>
    request.operation === "bookMovieTickets" && field(answer, "available") === 0,
  "one ticket more than there are seats": (executed) =>
    isRefused(executed, "SHOW_FULL") && wanted(executed) === free(executed) + 1,
  "as many tickets as there are seats, at once": (executed) =>
    isDone(executed, "bookMovieTickets") && wanted(executed) === free(executed) && wanted(executed) > 1,
  "a capacity that is exactly what is sold": ({ request: { operation, args }, answer, after }) =>
    operation === "addMovieSlots" &&
    field(answer, "outcome") === "OK" &&
    field(answer, "available") === 0 &&
    sold(after, args as Text) > 0,
  "a capacity of one less than is sold": ({ request: { args }, answer, before }) =>
    field(answer, "reason") === "CAPACITY_BELOW_SOLD" &&
    sold(before, args as Text) === Number(args["bookingCapacity"]) + 1,
  "a removal that moves some and drops others": ({ answer }) =>
    items(answer, "moved") > 0 && items(answer, "dropped") > 0,
  "a removal that moves tickets to what is held there": (executed) =>
    isDone(executed, "removeMovieSlots") &&
    items(executed.answer, "moved") > 0 &&
    executed.after[1].length < executed.before[1].length - items(executed.answer, "dropped"),
  "an exchange at the weekly limit that gives the old show up": (executed) =>
    isDone(executed, "exchangeTickets") &&
    field(executed.answer, "heldOld") === 0 &&
    awayInWeek(executed.before, executed) === 3 &&
    awayInWeek(executed.after, executed) === 3,
  "an exchange over the weekly limit": (executed) =>
    executed.request.operation === "exchangeTickets" && isRefused(executed, "WEEKLY_LIMIT"),
  "an exchange of a show for itself": (executed) =>
    isDone(executed, "exchangeTickets") &&
    executed.request.args["movieID"] === executed.request.args["newMovieID"] &&
    executed.request.args["movieName"] === executed.request.args["newMovieName"],
  "a show on a leap day": (executed) =>
    isDone(executed, "addMovieSlots") && leapDay.test(String(executed.request.args["movieID"])),
  "a leap day of a year that has none": (executed) =>
    isRefused(executed, "INVALID") && Object.values(executed.request.args).includes("ATWM290223"),
  "tickets of a movie with an astral name": (executed) =>
    isDone(executed, "bookMovieTickets") && executed.request.args["movieName"] === "🎬",
  "two movies in one slot that UTF-16 units would sort the other way": ({ after: [shows] }) =>
    shows.some(([id, name], index) => name === "Ａ" && shows[index + 1]?.[0] === id && shows[index + 1]?.[1] === "🎬"),
  "a name in another normal form, while the movie is there in NFC": (executed) =>
    isRefused(executed, "INVALID") &&
    executed.request.args["movieName"] === "Ame\u0301lie" &&
    executed.before[0].some(([, name]) => name === "Amélie"),
  "a lone surrogate": (executed) => isRefused(executed, "INVALID") && executed.request.args["movieName"] === "\ud83c",
  "a count over the limit": (executed) =>
    isRefused(executed, "INVALID") &&
    (executed.request.args["numberOfTickets"] === 1_000_001 || executed.request.args["bookingCapacity"] === 1_000_001),
  "the highest capacity": (executed) =>
    isDone(executed, "addMovieSlots") && executed.request.args["bookingCapacity"] === 1_000_000,
  "the highest number of tickets, sold": (executed) =>
    isDone(executed, "bookMovieTickets") && wanted(executed) === 1_000_000,
};

describe("random requests", function () {
  this.timeout(60_000);

  it("come to everything that replicas are likely to differ in", async () => {
    const [version = "table"] = versionNames;
    const conversation = await moduleSubject(version).open();
    const missing = new Set(Object.keys(happenings));
    for (let seed = 1; seed <= runs && missing.size > 0; seed++) {
      for (const executed of await checkEveryStep(conversation, randomRequests(seed, requestsPerRun), sha256)) {
        for (const name of missing) if (happenings[name]?.(executed)) missing.delete(name);
      }
    }
    expect([...missing]).to.deep.equal([]);
  });

  it("are the same again for the same seed, and others for another", () => {
    expect(randomRequests(7, 300)).to.deep.equal(randomRequests(7, 300));
    expect(randomRequests(8, 300)).to.not.deep.equal(randomRequests(7, 300));
  });

  it("never go back in time, and are numbered from 1", () => {
    const requests = randomRequests(3, 2000);
    expect(requests.map(({ n }) => n)).to.deep.equal(requests.map((_, index) => index + 1));
    for (const [index, { time, businessDate }] of requests.slice(1).entries()) {
      expect(time).to.be.above(requests[index]?.time ?? 0);
      expect(businessDate >= (requests[index]?.businessDate ?? "")).to.equal(true);
    }
  });
});

function field(answer: unknown, name: string): unknown {
  return (answer as Readonly<Record<string, unknown>>)[name];
}

function items(answer: unknown, name: string): number {
  const list = field(answer, name);
  return Array.isArray(list) ? list.length : 0;
}

function isDone({ request, answer }: Executed, operation: string): boolean {
  return request.operation === operation && field(answer, "outcome") === "OK";
}

function isRefused({ answer }: Executed, reason: string): boolean {
  return field(answer, "reason") === reason;
}

function wanted({ request }: Executed): number {
  return Number(request.args["numberOfTickets"]);
}

/** Free seats of the show that tickets are asked for, before the request. */
function free({ request: { args }, before }: Executed): number {
  const { movieID = "", movieName = "", newMovieID = movieID, newMovieName = movieName } = args as Text;
  const show = before[0].find(([id, name]) => id === newMovieID && name === newMovieName);
  return (show?.[2] ?? 0) - soldOf(before, newMovieID, newMovieName);
}

function sold(state: CanonicalState, { movieID = "", movieName = "" }: Text): number {
  return soldOf(state, movieID, movieName);
}

/** Shows away from home that the customer of an exchange holds in the week of its new show. */
function awayInWeek([, bookings]: CanonicalState, { request: { args } }: Executed): number {
  const { customerID = "", newMovieID = "" } = args as Text;
  const week = mondayOf(dateOf(newMovieID));
  return bookings.filter(
    ([customer, id]) =>
      customer === customerID && id.slice(0, 3) !== customer.slice(0, 3) && mondayOf(dateOf(id)) === week,
  ).length;
}

function isNewYearBetween(before: string, after: string): boolean {
  return after.slice(0, 4) > before.slice(0, 4) && mondayOf(before) === mondayOf(after);
}

function isNextDay(before: string, after: string): boolean {
  return Date.parse(after) - Date.parse(before) === 86_400_000;
}

function mondayOf(date: string): number {
  const day = Date.parse(date) / 86_400_000;
  return day - ((day + 3) % 7);
}
