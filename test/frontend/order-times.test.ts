import { expect } from "chai";
import * as fc from "fast-check";
import { OrderTimes } from "../../frontend/order-times.ts";

/** What a front end knows that heard of these ends of the order. */
function timesOf(...ends: readonly (readonly [last: number, time: number])[]): OrderTimes {
  const times = new OrderTimes();
  for (const [last, time] of ends) times.note(last, time);
  return times;
}

describe("the lag in milliseconds", () => {
  it("is not known before a sequencer was heard", () => {
    expect(timesOf().lagMs(0)).to.equal(undefined);
  });

  it("is 0 for who has executed all, and what is newer than the word of the sequencer", () => {
    expect([10, 11].map((executed) => timesOf([5, 100], [10, 200]).lagMs(executed))).to.deep.equal([0, 0]);
  });

  it("is what lies between its last request and the newest, as if those between had come evenly", () => {
    const times = timesOf([0, 1000], [100, 1250], [200, 1500]);
    expect([150, 100, 50, 0].map((executed) => times.lagMs(executed))).to.deep.equal([125, 250, 375, 500]);
  });

  it("does not count the time in which nothing was ordered", () => {
    const times = timesOf([7, 1000], [7, 90_000], [8, 90_250], [8, 180_000]);
    expect(times.lagMs(7)).to.equal(250);
  });

  it("is not known where the last request is older than what was seen", () => {
    expect(timesOf([100, 1000], [200, 2000]).lagMs(99)).to.equal(undefined);
  });

  it("forgets what a takeover left out of the order", () => {
    const times = timesOf([100, 1000], [150, 1250], [100, 1500], [110, 1750], [160, 2000]);
    expect([160, 110, 100].map((executed) => times.lagMs(executed))).to.deep.equal([0, 250, 500]);
    expect(times.lagMs(150)).to.equal(50);
  });

  it("does not go back with a clock that does", () => {
    const times = timesOf([100, 1000], [110, 900], [120, 1100]);
    expect([110, 100].map((executed) => times.lagMs(executed))).to.deep.equal([100, 100]);
  });

  it("is not larger for who has executed more", () => {
    const steps = fc.array(fc.record({ entries: fc.nat(50), ms: fc.nat(2000) }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(steps, fc.nat(20_000), fc.nat(20_000), (all, one, other) => {
        const times = new OrderTimes();
        let [last, time] = [0, 0];
        times.note(last, time);
        for (const { entries, ms } of all) {
          last += entries;
          time += ms;
          times.note(last, time);
        }
        const [less, more] = [times.lagMs(Math.min(one, other)), times.lagMs(Math.max(one, other))];
        expect(more).to.be.at.least(0);
        expect(less).to.be.at.least(more as number);
      }),
    );
  });

  it("is right within a fifth over hours of busy and quiet minutes, whatever is forgotten", () => {
    const times = new OrderTimes();
    const [spanMs, stepMs, turnMs] = [3 * 3_600_000, 250, 420_000];
    const ends: number[] = [];
    let last = 0;
    for (let time = 0; time <= spanMs; time += stepMs) {
      last += Math.floor(time / turnMs) % 2 === 0 ? 300 : 1;
      ends.push(last);
      times.note(last, time);
    }
    for (let lag = 500; lag < spanMs; lag *= 1.3) {
      const place = ends.length - 1 - Math.round(lag / stepMs);
      const told = times.lagMs(ends[place] as number) as number;
      expect(Math.abs(told - lag), `${told} for ${lag}`).to.be.at.most(stepMs + lag / 5);
    }
  });

  it("is right within a fifth after a quiet day, for who stopped in the middle of a busy one", () => {
    const times = new OrderTimes();
    const hourMs = 3_600_000;
    for (let time = 0; time <= hourMs; time += 250) times.note(Math.floor(time / 10), time);
    for (let time = hourMs; time <= 24 * hourMs; time += 250) times.note(hourMs / 10, time);
    for (const lag of [250, 1000, 60_000, hourMs / 2]) {
      const told = times.lagMs(Math.ceil((hourMs - lag) / 10)) as number;
      expect(Math.abs(told - lag), `${told} for ${lag}`).to.be.at.most(250 + lag / 5);
    }
  });
});
