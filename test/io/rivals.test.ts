import { expect } from "chai";
import { contradictionIn } from "../../protocol/limits.ts";
import type { Place } from "../../protocol/message.ts";
import { discover, frontend, here, limits, manager, Searcher, startMs } from "./a-searcher.ts";

/** How long a process has to answer that its name is still its own. */
const contestMs = limits.rivalAskMs * limits.rivalAsksMax;

/** Lets time pass while some processes answer every question, and speak once a second. */
function runAmong(one: Searcher, others: readonly Place[], forMs: number): void {
  for (const endMs = one.nowMs + forMs; one.nowMs < endMs; ) {
    const sent = one.runUntil(one.nowMs + 1);
    for (const other of others) {
      if (one.nowMs % 1000 === 0) one.hear(discover(other));
      if (sent.some(([, to]) => to === other.address)) one.hear(here(other));
    }
  }
}

describe("a name that two processes say to have", () => {
  const real = manager(2);
  const stray = manager(2, startMs + 60_000, "10.0.1.1:1");
  const placeOf = (one: Searcher) => one.directory.managers[1];
  const rivalNotes = (one: Searcher) => one.notes.filter((note) => note.includes("two processes"));
  /** One to whom the real one is known for long. */
  const withReal = () => {
    const one = new Searcher(manager(1), null);
    one.hear(discover(real));
    runAmong(one, [real], 5000);
    return one;
  };

  it("stays with the one that is known and answers, whoever started later, and it is told once a minute", () => {
    for (const startedAt of [startMs + 60_000, startMs - 60_000]) {
      const one = withReal();
      const other = { ...stray, startedAt };
      const places = new Set<string | undefined>();
      for (let second = 0; second < 59; second++) {
        runAmong(one, [real, other], 1000);
        places.add(placeOf(one));
      }
      expect([...places]).to.deep.equal([real.address]);
      expect(rivalNotes(one)).to.deep.equal([
        `there are two processes of the name manager 2, at ${stray.address} and at ${real.address}: ` +
          `${real.address} keeps it as long as it runs, end one`,
      ]);
      runAmong(one, [real, other], 3000);
      expect(rivalNotes(one)).to.have.lengthOf(2);
    }
  });

  it("stays though all answers but the last are lost", () => {
    const one = withReal();
    one.hear(discover(stray));
    one.runUntil(one.nowMs + contestMs - 1);
    one.hear(here(real));
    one.runUntil(one.nowMs + contestMs);
    expect(placeOf(one)).to.equal(real.address);
  });

  it("goes to the other one when several questions found no answer, and not before", () => {
    const one = withReal();
    const fromMs = one.nowMs - startMs;
    const asked = one.hear(discover(stray)).filter(([to]) => to === real.address);
    expect(asked).to.deep.equal([[real.address, discover(one.self)]]);
    const later = one.runUntil(one.nowMs + contestMs - 1).filter(([, to]) => to === real.address);
    const asksMs = Array.from({ length: limits.rivalAsksMax - 1 }, (_, at) => fromMs + (1 + at) * limits.rivalAskMs);
    expect(later.map(([atMs]) => atMs)).to.include.members(asksMs);
    expect(placeOf(one)).to.equal(real.address);
    one.runUntil(one.nowMs + 1);
    expect(placeOf(one)).to.equal(stray.address);
    expect(rivalNotes(one)).to.deep.equal([]);
  });

  it("goes to one that started earlier as well when its owner does not answer: a clock was put back", () => {
    for (const silentMs of [100, limits.silenceMs]) {
      const one = new Searcher(manager(1), null);
      one.hear(discover(real));
      one.runUntil(startMs + silentMs);
      one.hear(here(manager(3), { ...stray, startedAt: 1 }));
      expect(placeOf(one)).to.equal(real.address);
      runAmong(one, [{ ...stray, startedAt: 1 }], 1500);
      expect(placeOf(one)).to.equal(stray.address);
    }
  });

  it("stays though its owner was silent for long, until it was asked", () => {
    for (const word of [discover(stray), here(manager(3), stray)]) {
      const one = withReal();
      one.runUntil(one.nowMs + 3 * limits.silenceMs);
      one.hear(word);
      expect(placeOf(one)).to.equal(real.address);
      runAmong(one, [real, stray], 5000);
      expect(placeOf(one)).to.equal(real.address);
    }
  });

  it("goes to the other one though a last word of its owner came in the same turn", () => {
    const one = withReal();
    one.hear(discover(stray), discover(real));
    one.runUntil(one.nowMs + contestMs);
    expect(placeOf(one)).to.equal(stray.address);
  });

  it("stays when this process was held up, which has not asked meanwhile", () => {
    const one = withReal();
    one.hear(discover(stray));
    one.nowMs += 2000;
    for (let turn = 0; turn < 5; turn++) one.step({ kind: "wake" });
    expect(placeOf(one)).to.equal(real.address);
  });

  it("goes back when its owner answers again before anybody may have been admitted, and stays there", () => {
    for (const startedAt of [startMs + 60_000, startMs - 60_000]) {
      const one = withReal();
      const other = { ...stray, startedAt };
      runAmong(one, [other], 1000 + contestMs);
      expect(placeOf(one)).to.equal(stray.address);
      one.hear(discover(real));
      expect(placeOf(one)).to.equal(stray.address);
      one.hear(here(real));
      const places = new Set<string | undefined>();
      for (let at = 0; at < 100; at++) {
        runAmong(one, [real, other], 100);
        places.add(placeOf(one));
      }
      expect([...places]).to.deep.equal([real.address]);
      expect(rivalNotes(one)).to.have.lengthOf(1);
    }
  });

  it("goes back to an owner that was started again where it was, though that start is the later one", () => {
    const one = withReal();
    runAmong(one, [stray], 1000 + contestMs);
    runAmong(one, [{ ...real, startedAt: stray.startedAt + 1 }, stray], 1500);
    expect(placeOf(one)).to.equal(real.address);
  });

  it("does not go back for one late datagram, nor once somebody may have been admitted", () => {
    const late = withReal();
    runAmong(late, [stray], 1000 + contestMs);
    late.hear(discover(real));
    runAmong(late, [stray], 1500);
    expect(placeOf(late)).to.equal(stray.address);
    const one = withReal();
    runAmong(one, [stray], 1000 + limits.admitAfterMs);
    one.hear(discover(real));
    runAmong(one, [real, stray], 10_000);
    expect(placeOf(one)).to.equal(stray.address);
    expect(rivalNotes(one)).to.have.lengthOf(1);
  });

  it("stays where it is when its owner is started again there, though the other one started earlier", () => {
    const one = withReal();
    runAmong(one, [real, stray], 1000);
    const again = { ...real, startedAt: stray.startedAt + 1 };
    one.hear(here(manager(3), again));
    runAmong(one, [stray], 1);
    one.hear(discover(again));
    runAmong(one, [again, stray], 5000);
    expect(placeOf(one)).to.equal(real.address);
  });

  it("is that of the earlier start where both are new, in whatever order they are heard", () => {
    for (const words of [
      [real, stray],
      [stray, real],
    ]) {
      const one = new Searcher(manager(1), null);
      one.hear(...words.map(discover));
      runAmong(one, words, 5000);
      expect(placeOf(one)).to.equal(real.address);
    }
  });

  it("is not lost by what others say, who are believed only so far that the other one is asked", () => {
    const one = withReal();
    const asked = one.hear(here(manager(3), stray)).map(([to]) => to);
    expect(asked).to.deep.equal([stray.address]);
    one.runUntil(one.nowMs + contestMs);
    expect(placeOf(one)).to.equal(real.address);
    const fresh = new Searcher(frontend(9), null);
    fresh.hear(discover(stray));
    expect(fresh.hear(here(manager(3), real)).map(([to]) => to)).to.include(real.address);
  });

  it("is at once that of the first who says so itself, while only others spoke of another one", () => {
    const one = new Searcher(manager(1), null);
    one.hear(here(manager(3), stray), discover(real));
    expect(placeOf(one)).to.equal(real.address);
  });

  it("is not told on as heard because another one could not take it", () => {
    const one = new Searcher(manager(1), null);
    one.hear(discover(stray));
    one.runUntil(startMs + limits.admitAfterMs - 1);
    one.hear(discover(real));
    one.runUntil(startMs + limits.forgetMs);
    const [answer] = one.hear(discover(manager(4)));
    expect(answer?.[1]).to.deep.equal(here(one.self));
  });

  it("is asked for by the one whose own it is, so that both tell it", () => {
    const one = new Searcher(real, null);
    expect(one.hear(here(manager(3), stray)).map(([to]) => to)).to.include(stray.address);
    expect(one.hear(here(manager(3), { ...real, startedAt: 1 })).map(([to]) => to)).to.not.include(real.address);
    runAmong(one, [stray], 10_000);
    expect(rivalNotes(one)).to.deep.equal([
      `there are two processes of the name manager 2, at ${stray.address} and at ${real.address}: end one`,
    ]);
  });

  it("is asked for so shortly that nobody is admitted meanwhile", () => {
    const admitAfterMs = 4 * 300;
    expect(contradictionIn({ ...limits, admitAfterMs, rivalAskMs: 300 })).to.equal(undefined);
    expect(contradictionIn({ ...limits, admitAfterMs, rivalAskMs: 301 })).to.include("rivalAskMs (301)");
  });
});
