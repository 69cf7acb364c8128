import { expect } from "chai";
import { type Epoch, slots } from "../../protocol/ids.ts";
import {
  adoptedBy,
  Candidate,
  changeOf,
  firstMembers,
  heartbeatOf,
  incarnationOf,
  managerAddresses,
  otherEpoch,
  promiseOf,
  rivalAddress,
  sent,
} from "./candidate.ts";

const everyManager = slots.map((slot) => managerAddresses[slot]);

describe("a sequencer on standby", () => {
  it("asks for an epoch only when it has heard nobody for a while, and has a business date", () => {
    const candidate = new Candidate();
    expect(sent(candidate.pass(10_000), "prepare")).to.deep.equal([]);
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    expect(sent(candidate.pass(candidate.limits.sequencerSilenceMs - 1), "prepare")).to.deep.equal([]);
    expect(sent(candidate.pass(candidate.limits.rankDelayMs), "prepare")).to.not.deep.equal([]);
  });

  it("waits as long as somebody is heard", () => {
    const candidate = new Candidate();
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    for (let beat = 0; beat < 40; beat++) {
      candidate.tell(heartbeatOf(otherEpoch(3)));
      expect(sent(candidate.pass(candidate.limits.heartbeatMs), "prepare")).to.deep.equal([]);
    }
    expect(candidate.asked().number).to.equal(4);
  });

  it("is not kept waiting by one that was superseded and does not know it", () => {
    const candidate = new Candidate();
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    candidate.tell(heartbeatOf(otherEpoch(3)));
    let asked = 0;
    for (let beat = 0; beat < 10; beat++) {
      candidate.tell(heartbeatOf(otherEpoch(2)));
      asked += sent(candidate.pass(candidate.limits.heartbeatMs), "prepare").length;
    }
    expect(asked).to.be.above(0);
  });

  for (const ranksAbove of [0, 1]) {
    it(`asks at once when the one that led says that it ends, after the delay of its rank, ${ranksAbove}`, () => {
      const candidate = new Candidate({ ranksAbove });
      const { electionRetryMs, rankDelayMs } = candidate.limits;
      candidate.input({ kind: "businessDate", date: "2023-05-12" });
      candidate.tell(heartbeatOf(otherEpoch(3)));
      candidate.tell({ kind: "resigned", epoch: otherEpoch(3) });
      expect(sent(candidate.pass(ranksAbove * rankDelayMs - 1), "prepare")).to.deep.equal([]);
      expect(sent(candidate.pass(electionRetryMs + 1), "prepare")).to.not.deep.equal([]);
    });
  }

  it("goes on waiting when one that was superseded says that it ends", () => {
    const candidate = new Candidate();
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    candidate.tell(heartbeatOf(otherEpoch(3)));
    candidate.tell({ kind: "resigned", epoch: otherEpoch(2) });
    expect(sent(candidate.pass(candidate.limits.sequencerSilenceMs - 1), "prepare")).to.deep.equal([]);
  });

  it("waits longer for each rank above it", () => {
    const waits = [0, 1, 2].map((ranksAbove) => {
      const candidate = new Candidate({ ranksAbove });
      const before = candidate.now;
      candidate.campaign();
      return candidate.now - before;
    });
    const { rankDelayMs } = new Candidate().limits;
    expect([waits[1]! - waits[0]!, waits[2]! - waits[0]!]).to.deep.equal([rankDelayMs, 2 * rankDelayMs]);
  });

  it("lets another one that campaigns in earnest have its time", () => {
    const candidate = new Candidate();
    const epoch = candidate.campaign();
    const ask = { isTrial: false, follows: null, replyTo: rivalAddress };
    const prepare = { kind: "prepare", epoch: otherEpoch(7), ...ask } as const;
    candidate.tell(prepare);
    expect(candidate.status.state).to.equal("standby");
    candidate.grant(epoch, { isTrial: true });
    expect(sent(candidate.pass(candidate.limits.sequencerSilenceMs - 1), "prepare")).to.deep.equal([]);
    expect(candidate.asked().number).to.equal(8);
  });

  it("says nothing to a request, not even busy", () => {
    const candidate = new Candidate();
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    expect(candidate.tell(changeOf("1")).filter(({ kind }) => kind === "send")).to.deep.equal([]);
    candidate.asked();
    expect(candidate.tell(changeOf("1")).filter(({ kind }) => kind === "send")).to.deep.equal([]);
  });

  it("tells how it is: standby, electing, active", () => {
    const candidate = new Candidate();
    expect(candidate.status).to.include({ state: "standby", epoch: null });
    candidate.tell(heartbeatOf(otherEpoch(3), 17));
    expect(candidate.status).to.deep.include({ state: "standby", epoch: otherEpoch(3), last: 17, stored: [] });
    const epoch = candidate.campaign();
    expect(candidate.status).to.deep.include({ state: "electing", epoch, members: [] });
    candidate.win(epoch);
    expect(candidate.status).to.deep.include({ state: "active", epoch, members: firstMembers, stored: [0, 0, 0, 0] });
  });
});

describe("a campaign", () => {
  let candidate: Candidate;
  let epoch: Epoch;

  beforeEach(() => {
    candidate = new Candidate();
    epoch = candidate.campaign();
  });

  it("begins with a trial: until enough would promise, nobody is asked to store anything", () => {
    for (const slot of [1, 2, 3] as const) {
      const asked = [...candidate.tell(promiseOf(slot, epoch, { isTrial: true })), ...candidate.pass(50)];
      expect(sent(asked, "prepare").every(({ message }) => message.isTrial)).to.equal(true);
    }
    const real = sent(candidate.tell(promiseOf(4, epoch, { isTrial: true })), "prepare");
    expect(real.map(({ to }) => to)).to.deep.equal([...everyManager, "sequencers"]);
    expect(real[0]!.message).to.deep.include({ epoch, isTrial: false, follows: null });
  });

  it("counts neither a refusal, nor a trial for a promise, nor the promise of another epoch", () => {
    candidate.grant(epoch, { isTrial: true, isGranted: false });
    candidate.grant(epoch, { isTrial: false });
    candidate.grant({ ...epoch, nonce: "cd".repeat(16) }, { isTrial: true });
    candidate.grant({ ...epoch, number: 0 }, { isTrial: true });
    expect(sent(candidate.pass(100), "prepare").every(({ message }) => message.isTrial)).to.equal(true);
    candidate.grant(epoch, { isTrial: true });
    candidate.grant(epoch, { isTrial: true });
    expect(sent(candidate.pass(100), "start")).to.deep.equal([]);
    expect(sent(candidate.grant(epoch), "start")).to.not.deep.equal([]);
  });

  it("asks those again that have not answered, each time after a while", () => {
    const { electionRetryMs } = candidate.limits;
    candidate.pass(electionRetryMs);
    candidate.tell(promiseOf(2, epoch, { isTrial: true }));
    expect(sent(candidate.pass(electionRetryMs - 1), "prepare")).to.deep.equal([]);
    expect(sent(candidate.pass(1), "prepare").map(({ to }) => to)).to.deep.equal(
      everyManager.filter((to) => to !== managerAddresses[2]),
    );
    candidate.grant(epoch, { isTrial: true });
    const again = sent(candidate.pass(electionRetryMs), "prepare").map(({ to }) => to);
    expect(again).to.deep.equal([...everyManager, "sequencers"]);
    candidate.grant(epoch);
    candidate.tell(adoptedBy(3, epoch));
    expect(sent(candidate.pass(electionRetryMs), "start").map(({ to }) => to)).to.deep.equal([
      ...everyManager.filter((to) => to !== managerAddresses[3]),
      "sequencers",
    ]);
  });

  it("starts the epoch behind the best log, and names the manager that has it", () => {
    candidate.grant(epoch, { isTrial: true });
    const adoption = { epoch: otherEpoch(1), members: firstMembers, base: 0, baseDigest: "0".repeat(64) };
    const best = { adoption, last: 42, historyDigest: "d".repeat(64) };
    candidate.tell(promiseOf(1, epoch, { adoption, last: 41 }), promiseOf(2, epoch, { last: 99 }));
    const start = sent(candidate.tell(promiseOf(4, epoch, best)), "start")[0]!.message;
    expect(start).to.deep.include({ epoch, members: firstMembers, base: 42, baseDigest: "d".repeat(64) });
    expect([start.source, start.replyTo]).to.deep.equal([managerAddresses[4], "sequencer:1"]);
  });

  it("stays with the log that it has chosen, whoever promises later", () => {
    candidate.grant(epoch, { isTrial: true });
    candidate.grant(epoch);
    const adoption = { epoch: otherEpoch(1), members: firstMembers, base: 0, baseDigest: "0".repeat(64) };
    candidate.grant(epoch, { adoption, last: 42 });
    const starts = sent(candidate.pass(candidate.limits.electionRetryMs), "start");
    expect(starts.map(({ message }) => message.base)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it("leads when three members have adopted the epoch, by their data, and gives a sign of life at once", () => {
    candidate.grant(epoch, { isTrial: true });
    candidate.grant(epoch);
    candidate.tell(adoptedBy(1, epoch), adoptedBy(2, epoch), adoptedBy(2, epoch));
    const stranger = { ...adoptedBy(3, epoch), incarnation: incarnationOf(3, "b") };
    const foreign = adoptedBy(3, { ...epoch, number: 0 });
    expect(sent(candidate.tell(stranger, foreign), "heartbeat")).to.deep.equal([]);
    expect(candidate.status.state).to.equal("electing");
    const beats = sent(candidate.tell(adoptedBy(4, epoch)), "heartbeat");
    expect(beats.map(({ to }) => to)).to.deep.equal(["managers", "sequencers"]);
    expect(beats[0]!.message).to.deep.include({ epoch, last: 0, commitPoint: 0 });
    expect(candidate.status.state).to.equal("active");
  });

  it("counts no adoption before it has asked for one", () => {
    candidate.tell(...slots.map((slot) => adoptedBy(slot, epoch)));
    candidate.grant(epoch, { isTrial: true });
    candidate.tell(...slots.map((slot) => adoptedBy(slot, epoch)));
    candidate.grant(epoch);
    expect(candidate.status.state).to.equal("electing");
  });

  it("gives up when it takes too long, and then asks for a later epoch", () => {
    candidate.pass(candidate.limits.electionMs);
    expect(candidate.status.state).to.equal("standby");
    const next = candidate.asked();
    expect(next.number).to.be.above(epoch.number);
    candidate.grant(next, { isTrial: true });
    candidate.pass(candidate.limits.electionMs - 1);
    expect(candidate.status.state).to.equal("electing");
    candidate.pass(1);
    expect(candidate.status.state).to.equal("standby");
    expect(candidate.asked().number).to.be.above(next.number);
  });

  it("gives the managers more time after each campaign in vain", () => {
    const { electionMs, electionDoublingsMax } = candidate.limits;
    for (const [failures, doublings] of [1, 2, 3, 4, 4].entries()) {
      expect(doublings).to.equal(Math.min(failures + 1, electionDoublingsMax));
      candidate.grant(epoch, { isTrial: true });
      candidate.pass(electionMs * 2 ** Math.min(failures, electionDoublingsMax) - 1);
      expect(candidate.status.state, `after ${failures} failures`).to.equal("electing");
      candidate.pass(1);
      expect(candidate.status.state, `after ${failures} failures`).to.equal("standby");
      epoch = candidate.asked();
    }
  });
});

describe("a campaign after another one in vain", () => {
  it("has the usual time again once somebody has led", () => {
    const { electionMs } = new Candidate().limits;
    for (const lead of [leadItself, hearAnother]) {
      const candidate = new Candidate();
      candidate.grant(candidate.campaign(), { isTrial: true });
      candidate.pass(electionMs);
      lead(candidate, candidate.asked());
      candidate.grant(candidate.asked(), { isTrial: true });
      candidate.pass(electionMs);
      expect(candidate.status.state).to.equal("standby");
    }
  });

  function leadItself(candidate: Candidate, epoch: Epoch): void {
    candidate.win(epoch);
    candidate.tell({ kind: "superseded", epoch: otherEpoch(epoch.number + 1) });
  }

  function hearAnother(candidate: Candidate, epoch: Epoch): void {
    candidate.tell(heartbeatOf(epoch));
  }
});

describe("a campaign that learns of another epoch", () => {
  let candidate: Candidate;
  let epoch: Epoch;

  beforeEach(() => {
    candidate = new Candidate();
    epoch = candidate.campaign();
  });

  it("takes a later number at once while it is a trial", () => {
    const refused = promiseOf(1, epoch, { isTrial: true, isGranted: false, promised: otherEpoch(7) });
    const asked = sent(candidate.tell(refused), "prepare");
    expect(asked.map(({ message }) => message.epoch.number)).to.deep.equal([8, 8, 8, 8]);
    expect(asked.every(({ message }) => message.isTrial)).to.equal(true);
  });

  it("waits again when it is a trial and somebody leads", () => {
    candidate.tell(heartbeatOf(otherEpoch(1)));
    expect(candidate.status.state).to.equal("standby");
    expect(sent(candidate.pass(candidate.limits.sequencerSilenceMs - 1), "prepare")).to.deep.equal([]);
  });

  for (const [what, learn] of [
    ["a promise", (later: Epoch) => promiseOf(1, epoch, { isGranted: false, promised: later })],
    ["a heartbeat", (later: Epoch) => heartbeatOf(later)],
    ["a manager that will not hear it", (later: Epoch) => ({ kind: "superseded", epoch: later }) as const],
    [
      "what a manager has stored",
      (later: Epoch) => ({ kind: "stored", slot: 1, incarnation: incarnationOf(1), epoch: later, durable: 0 }) as const,
    ],
  ] as const) {
    for (const ahead of [0, 5]) {
      it(`ends for good by ${what} when it was in earnest, by a number that is ${ahead} higher`, () => {
        candidate.grant(epoch, { isTrial: true });
        candidate.tell(learn(otherEpoch(epoch.number + ahead)));
        expect(candidate.status.state).to.equal("standby");
        candidate.grant(epoch);
        candidate.tell(...slots.map((slot) => adoptedBy(slot, epoch)));
        expect(candidate.status.state).to.equal("standby");
        expect(candidate.asked().number).to.equal(epoch.number + ahead + 1);
      });
    }
  }

  it("goes on when what it learns is earlier", () => {
    candidate.tell({ kind: "superseded", epoch: otherEpoch(9) });
    epoch = candidate.asked();
    candidate.grant(epoch, { isTrial: true });
    candidate.tell({ kind: "superseded", epoch: otherEpoch(9) }, heartbeatOf(otherEpoch(8)));
    expect(sent(candidate.grant(epoch), "start")).to.not.deep.equal([]);
  });
});
