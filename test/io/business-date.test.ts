import { expect } from "chai";
import { makeBusinessClock } from "../../io/business-date.ts";

describe("a clock of business dates", () => {
  const cases: readonly (readonly [what: string, zone: string, instant: string, date: string])[] = [
    ["turns at midnight of its zone", "America/Toronto", "2023-05-12T03:59:59.999Z", "2023-05-11"],
    ["turns at midnight of its zone", "America/Toronto", "2023-05-12T04:00:00.000Z", "2023-05-12"],
    ["turns an hour later in UTC in winter", "America/Toronto", "2023-12-12T04:59:59.999Z", "2023-12-11"],
    ["turns an hour later in UTC in winter", "America/Toronto", "2023-12-12T05:00:00.000Z", "2023-12-12"],
    [
      "keeps the date through the hour that summer time skips",
      "America/Toronto",
      "2023-03-12T07:00:00.000Z",
      "2023-03-12",
    ],
    ["ends the day that summer time made shorter", "America/Toronto", "2023-03-13T04:00:00.000Z", "2023-03-13"],
    ["keeps the date through the hour that comes twice", "America/Toronto", "2023-11-05T06:30:00.000Z", "2023-11-05"],
    ["ends the day that summer time made longer", "America/Toronto", "2023-11-06T04:59:59.999Z", "2023-11-05"],
    ["ends the day that summer time made longer", "America/Toronto", "2023-11-06T05:00:00.000Z", "2023-11-06"],
    ["turns where midnight itself is skipped", "Africa/Cairo", "2023-04-27T21:59:59.999Z", "2023-04-27"],
    ["turns where midnight itself is skipped", "Africa/Cairo", "2023-04-27T22:00:00.000Z", "2023-04-28"],
    ["skips a whole day where the zone did", "Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29"],
    ["skips a whole day where the zone did", "Pacific/Apia", "2011-12-30T10:00:00.000Z", "2011-12-31"],
    ["knows the zones at both ends of the day", "Pacific/Kiritimati", "2023-12-31T10:00:00.000Z", "2024-01-01"],
    ["knows the zones at both ends of the day", "Pacific/Pago_Pago", "2024-01-01T10:59:59.999Z", "2023-12-31"],
    ["knows zones of a quarter of an hour", "Asia/Kathmandu", "2023-05-12T18:15:00.000Z", "2023-05-13"],
    ["knows leap days", "UTC", "2024-02-29T12:00:00.000Z", "2024-02-29"],
  ];

  for (const [what, zone, instant, date] of cases) {
    it(`${what}: ${instant} is ${date} in ${zone}`, () => {
      expect(makeBusinessClock(zone, undefined, () => Date.parse(instant))()).to.equal(date);
    });
  }

  it("is looked at anew each time", () => {
    let now = Date.parse("2023-05-12T03:59:59Z");
    const clock = makeBusinessClock("America/Toronto", undefined, () => now);
    const before = clock();
    now += 1000;
    expect([before, clock()]).to.deep.equal(["2023-05-11", "2023-05-12"]);
  });

  it("stands still where the lab fixed it", () => {
    expect(makeBusinessClock("America/Toronto", "2023-05-12")()).to.equal("2023-05-12");
  });

  it("tells today's date of the system by itself", () => {
    const before = new Date().toISOString().slice(0, 10);
    const told = makeBusinessClock("UTC", undefined)();
    expect([before, new Date().toISOString().slice(0, 10)]).to.include(told);
  });

  it("is not made for a zone that nobody knows", () => {
    expect(() => makeBusinessClock("Mars/Olympus", undefined)).to.throw(RangeError);
  });
});
