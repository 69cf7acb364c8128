import { expect } from "chai";
import type { Accused } from "../../protocol/accused.ts";
import type { Command } from "../../protocol/request.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { Judge } from "../../replica-manager/judge.ts";
import { aConfig, anEntry, aRequest } from "./an-entry.ts";

const accused: Accused = { slot: 2, incarnation: "2".repeat(32), generation: 1 };

function aCourt(): {
  judge: Judge;
  submitted: Command[];
  effects: ManagerEffect[];
  hear: (command: Command, isRecent?: boolean, time?: number) => unknown;
} {
  const submitted: Command[] = [];
  const effects: ManagerEffect[] = [];
  const judge = new Judge(aConfig({ probeMs: 100, verdictMs: 400 }), (command) => submitted.push(command));
  const hear = (command: Command, isRecent = true, time = 0) => {
    const entry = { ...anEntry(1, { ...aRequest("c"), command }), time };
    return judge.judge(0, entry, isRecent, (effect) => effects.push(effect));
  };
  return { judge, submitted, effects, hear };
}

const wrong = (length: number, whom: Accused = accused): Command => ({
  kind: "wrong",
  ...whom,
  run: Array.from({ length }, (_, index) => ({ n: index + 1, given: "g", agreed: "a" })),
});

const verdict = (judge: number, isCrashed = true, whom: Accused = accused): Command => ({
  kind: "verdict",
  ...whom,
  judge,
  isCrashed,
});

const silent = (whom: Accused = accused): Command => ({ kind: "silent", ...whom, tries: 3 });

describe("judge", () => {
  it("condemns for three wrong answers in a row and not for two", () => {
    const { hear } = aCourt();
    expect(hear(wrong(2))).to.equal(undefined);
    expect(hear(wrong(3))).to.deep.include({ cause: "3 wrong answers in a row" });
  });

  it("condemns for the verdicts of two different judges", () => {
    const { hear } = aCourt();
    expect(hear(verdict(3))).to.equal(undefined);
    expect(hear(verdict(3))).to.equal(undefined);
    expect(hear(verdict(4))).to.deep.include({ cause: "silent: two verdicts crashed" });
  });

  for (const [time, condemns] of [
    [400, true],
    [401, false],
  ] as const) {
    it(`${condemns ? "adds up" : "does not add up"} verdicts that are ${time} ms of log time apart`, () => {
      const { hear } = aCourt();
      hear(verdict(3), true, 1000);
      expect(hear(verdict(4), true, 1000 + time) !== undefined).to.equal(condemns);
      expect(hear(verdict(1), true, 1000 + time), "two that are near").to.not.equal(undefined);
    });
  }

  it("does not count the word of the accused about itself", () => {
    const { hear } = aCourt();
    hear(verdict(2));
    expect(hear(verdict(3))).to.equal(undefined);
  });

  it("takes back the verdict of a judge that found it alive after all", () => {
    const { hear } = aCourt();
    hear(verdict(3));
    hear(verdict(3, false));
    expect(hear(verdict(4))).to.equal(undefined);
  });

  it("does not add up verdicts on different replicas of one manager", () => {
    const { hear } = aCourt();
    hear(verdict(3));
    expect(hear(verdict(4, true, { ...accused, generation: 2 }))).to.equal(undefined);
    expect(hear(verdict(1, true, { ...accused, incarnation: "x" }))).to.equal(undefined);
  });

  it("judges nobody outside of the four", () => {
    const { hear } = aCourt();
    expect(hear(wrong(3, { ...accused, slot: 5 }))).to.equal(undefined);
    hear(verdict(3, true, { ...accused, slot: 0 }));
    expect(hear(verdict(4, true, { ...accused, slot: 0 }))).to.equal(undefined);
  });

  it("probes who is called silent, once at a time, and never itself", () => {
    const { hear, effects } = aCourt();
    hear(silent());
    hear(silent());
    hear(silent({ ...accused, slot: 1 }));
    expect(effects).to.have.length(1);
    expect(effects[0]).to.deep.include({ kind: "send", to: "m2:1" });
  });

  it("does not probe for an old charge", () => {
    const { hear, effects } = aCourt();
    hear(silent(), false);
    expect(effects).to.deep.equal([]);
  });

  it("says crashed when the time is over and not before", () => {
    const { hear, judge, submitted } = aCourt();
    hear(silent());
    judge.poll(99, () => {});
    expect(submitted).to.deep.equal([]);
    judge.poll(100, () => {});
    expect(submitted).to.deep.equal([verdict(1)]);
    expect(judge.deadline).to.equal(Number.POSITIVE_INFINITY);
  });

  it("says alive when the probe is answered, by its token", () => {
    const { hear, judge, submitted } = aCourt();
    hear(silent());
    judge.onProbed({ kind: "probed", ...accused, token: 2 });
    expect(submitted).to.deep.equal([]);
    judge.onProbed({ kind: "probed", ...accused, token: 1 });
    expect(submitted).to.deep.equal([verdict(1, false)]);
    judge.poll(100, () => {});
    expect(submitted).to.have.length(1);
  });

  it("starts a probe anew when it was away itself: the answer may lie unread", () => {
    const { hear, judge, submitted } = aCourt();
    const poll = (...times: readonly number[]) => {
      for (const now of times) judge.poll(now, () => {});
    };
    hear(silent());
    poll(50, 500, 550, 599);
    expect(submitted).to.deep.equal([]);
    poll(600);
    expect(submitted).to.have.length(1);
  });

  it("probes again while it waits, since one datagram may be lost", () => {
    const { hear, judge, effects } = aCourt();
    hear(silent());
    for (const now of [19, 20, 39, 40, 60, 80, 100]) judge.poll(now, (effect) => effects.push(effect));
    expect(effects).to.have.length(5);
    expect(new Set(effects.map((effect) => JSON.stringify(effect)))).to.have.length(1);
  });
});
