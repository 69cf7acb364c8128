import { expect } from "chai";
import type { Epoch, Slot } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import {
  Candidate,
  changeOf,
  firstMembers,
  heartbeatOf,
  incarnationOf,
  managerAddresses,
  notesIn,
  otherEpoch,
  rivalAddress,
  sent,
} from "./candidate.ts";

describe("a sequencer that leads", () => {
  let candidate: Candidate;
  let epoch: Epoch;

  beforeEach(() => {
    candidate = new Candidate();
    epoch = candidate.lead();
  });

  it("gives signs of life to managers and sequencers at a fixed pace, also while it orders", () => {
    const { heartbeatMs } = candidate.limits;
    const beats: string[] = [];
    for (let ms = 0; ms < 3 * heartbeatMs; ms++) {
      const effects = [...candidate.tell(changeOf(`${ms}`)), ...candidate.pass(1)];
      beats.push(...sent(effects, "heartbeat").map(({ to }) => to));
    }
    expect(beats).to.deep.equal([1, 2, 3].flatMap(() => ["managers", "sequencers"]));
  });

  it("says once that it ends, and numbers nothing any more", () => {
    const effects = candidate.input({ kind: "resign" });
    const message = { kind: "resigned", epoch } as const;
    expect(sent(effects, "resigned")).to.deep.equal(["managers", "sequencers"].map((to) => ({ to, message })));
    const after = [...candidate.tell(changeOf("1")), ...candidate.input({ kind: "resign" }), ...candidate.pass(5000)];
    expect(after.filter(({ kind }) => kind === "send")).to.deep.equal([]);
    expect(candidate.status.state).to.equal("standby");
  });

  it("goes on when another says that it ends", () => {
    candidate.tell({ kind: "resigned", epoch });
    expect(candidate.status.state).to.equal("active");
  });

  it("commits nothing by the word of other data, of another epoch, or of what was never numbered", () => {
    candidate.tell(changeOf("1"), changeOf("2"));
    const wrong = [
      { ...stored(1, 2), incarnation: incarnationOf(1, "b") },
      { ...stored(1, 2), epoch: { number: epoch.number - 1, nonce: epoch.nonce } },
      stored(1, 3),
      stored(0 as Slot, 2),
    ];
    candidate.tell(stored(2, 2), ...wrong);
    expect(candidate.status).to.deep.include({ last: 2, commitPoint: 0, stored: [0, 2, 0, 0] });
    candidate.tell(stored(1, 1));
    expect(candidate.status).to.deep.include({ commitPoint: 1, stored: [1, 2, 0, 0] });
  });

  it("lets a member in that hears it, and names one that has adopted the epoch, the best if it can", () => {
    const start = (slot: Slot) => sent(candidate.tell(joinOf(slot)), "start");
    expect(start(4)).to.deep.equal([
      {
        to: managerAddresses[4],
        message: {
          kind: "start",
          epoch,
          members: firstMembers,
          base: 0,
          baseDigest: "0".repeat(64),
          source: managerAddresses[1],
          replyTo: "sequencer:1",
        },
      },
    ]);
    expect(start(1)[0]?.message.source).to.equal(managerAddresses[2]);
  });

  it("keeps the base of the epoch for those that come late", () => {
    candidate.tell(changeOf("1"), stored(1, 0), changeOf("2"));
    candidate.tell(stored(1, 2), stored(2, 2));
    expect(sent(candidate.tell(joinOf(4)), "start")[0]?.message.base).to.equal(0);
  });

  it("lets nobody in that hears another epoch", () => {
    expect(sent(candidate.tell({ ...joinOf(4), heard: otherEpoch(0) }), "start")).to.deep.equal([]);
  });

  it("tells a stranger who the members are, and takes note of it", () => {
    const stranger = { ...joinOf(4), incarnation: incarnationOf(4, "b") };
    const told = sent(candidate.tell(stranger, { ...stranger, slot: 5 }), "start");
    expect(told.map(({ to, message }) => [to, message.members])).to.deep.equal([[managerAddresses[4], firstMembers]]);
    expect(candidate.status.strangers).to.deep.equal([4]);
  });

  for (const [what, learn] of [
    ["a manager that will not hear it", (later: Epoch) => ({ kind: "superseded", epoch: later }) as const],
    ["a heartbeat", (later: Epoch) => heartbeatOf(later)],
    ["what a manager has stored", (later: Epoch) => ({ ...stored(1, 0), epoch: later })],
    ["one that joins", (later: Epoch) => ({ ...joinOf(1), heard: later })],
    ["one that misses an order", (later: Epoch) => resendOf(1, later)],
  ] as const) {
    it(`ends for good when it learns of a later epoch by ${what}`, () => {
      const effects = candidate.tell(changeOf("1"), learn(otherEpoch(epoch.number + 1)), changeOf("2"));
      expect(sent(effects, "order")).to.deep.equal([]);
      expect(notesIn(effects)).to.have.lengthOf(1);
      expect(candidate.status.state).to.equal("standby");
      candidate.tell(joinOf(1), stored(1, 0), changeOf("3"));
      expect(sent(candidate.pass(candidate.limits.heartbeatMs), "heartbeat")).to.deep.equal([]);
      expect(candidate.asked().number).to.equal(epoch.number + 2);
    });
  }

  it("ends also for an epoch of the same number, which a manager may have promised to another", () => {
    candidate.tell({ kind: "superseded", epoch: otherEpoch(epoch.number) });
    expect(candidate.status.state).to.equal("standby");
  });

  it("is not ended by what is earlier, nor by another one that only asks", () => {
    candidate.tell({ kind: "superseded", epoch: otherEpoch(epoch.number - 1) }, heartbeatOf(otherEpoch(0)));
    const ask = { isTrial: false, follows: null, replyTo: rivalAddress };
    candidate.tell({ kind: "prepare", epoch: otherEpoch(epoch.number + 1), ...ask });
    expect(candidate.status.state).to.equal("active");
  });

  it("says which epoch it has led when it asks again", () => {
    candidate.tell({ kind: "superseded", epoch: otherEpoch(epoch.number + 1) });
    const asked = sent(candidate.passUntil("prepare"), "prepare");
    expect(asked[0]?.message.follows).to.deep.equal(epoch);
  });

  it("gives up when fewer than two members are heard", () => {
    const { admitAfterMs } = candidate.limits;
    candidate.pass(admitAfterMs - 1);
    candidate.tell(stored(1, 0));
    expect(candidate.status.state).to.equal("active");
    candidate.pass(1);
    expect(candidate.status.state).to.equal("standby");
  });

  it("goes on while two members are heard, however long numbers wait", () => {
    candidate.tell(changeOf("1"));
    for (let beat = 0; beat < 100; beat++) {
      candidate.tell(stored(1, 1), stored(2, 0));
      candidate.pass(candidate.limits.heartbeatMs);
    }
    expect(candidate.status).to.include({ state: "active", commitPoint: 0 });
  });

  it("gives what it ordered in its epoch again, and nothing of another", () => {
    const orders = sent(candidate.tell(changeOf("1")), "order").map(({ message }) => message);
    const again = sent(candidate.tell(resendOf(1, epoch)), "order");
    expect(again).to.deep.equal(orders.map((message) => ({ to: managerAddresses[1], message })));
    expect(sent(candidate.tell(resendOf(1, otherEpoch(0))), "order")).to.deep.equal([]);
  });

  function stored(slot: Slot, durable: number): MessageOf<"stored"> {
    return { kind: "stored", slot, incarnation: incarnationOf(slot), epoch, durable };
  }

  function joinOf(slot: Slot): MessageOf<"join"> {
    return { kind: "join", slot, incarnation: incarnationOf(slot), heard: epoch, replyTo: managerAddresses[slot] };
  }
});

describe("an epoch behind a log", () => {
  const digest = "d".repeat(64);
  const later = Date.UTC(2033, 0);

  it("goes on from the log of another process, behind its number, history, time and business date", () => {
    const candidate = new Candidate({ nonce: "cd".repeat(16) });
    const epoch = candidate.campaign();
    const log = { last: 40, historyDigest: digest, time: later, businessDate: "2033-01-01" };
    const beat = sent(candidate.win(epoch, log), "heartbeat")[0]?.message;
    const moment = { time: later, businessDate: "2033-01-01" };
    expect(beat).to.deep.include({ epoch, last: 40, historyDigest: digest, commitPoint: 40, ...moment });
    expect(candidate.status.stored).to.deep.equal([40, 40, 40, 0]);
    candidate.pass(10);
    const order = sent(candidate.tell(changeOf("1")), "order")[0]?.message;
    expect(order).to.deep.include({ epoch, first: 41, commitPoint: 40, ...moment });
  });

  it("never goes back in time or date, whatever the log says", () => {
    const candidate = new Candidate();
    const epoch = candidate.campaign();
    const beat = sent(candidate.win(epoch, { time: 5, businessDate: "2001-01-01" }), "heartbeat")[0]?.message;
    expect([beat?.time, beat?.businessDate]).to.deep.equal([candidate.now, "2023-05-12"]);
    candidate.input({ kind: "businessDate", date: "2023-05-11" });
    expect(candidate.status.businessDate).to.equal("2023-05-12");
  });

  it("has forgotten what was on its way in the epoch before, so that it is numbered again", () => {
    expect(numberedTwice(new Candidate())).to.equal(true);
  });

  it("would leave a request on its way for ever if the table lived on", () => {
    expect(numberedTwice(new Candidate({ mutant: "keepInFlight" }))).to.equal(false);
  });

  it("would be active before three have adopted it if there were no barrier", () => {
    const states = [undefined, "noBarrier"].map((mutant) => {
      const candidate = new Candidate(mutant === undefined ? {} : { mutant: "noBarrier" });
      const epoch = candidate.campaign();
      candidate.grant(epoch, { isTrial: true });
      candidate.grant(epoch);
      candidate.tell({ kind: "adopted", slot: 1, incarnation: incarnationOf(1), epoch });
      return candidate.status.state;
    });
    expect(states).to.deep.equal(["electing", "active"]);
  });

  it("would be one that was there before if a process used its epoch again", () => {
    const epochs = ["cd", "ef"].map((half) =>
      new Candidate({ mutant: "reuseEpoch", nonce: half.repeat(16) }).campaign(),
    );
    expect(epochs[0]).to.deep.equal(epochs[1]);
    const nonces = ["cd", "ef"].map((half) => new Candidate({ nonce: half.repeat(16) }).campaign().nonce);
    expect(nonces[0]).to.not.equal(nonces[1]);
  });

  it("would begin behind what was overheard if it did not look at the log", () => {
    const bases = [undefined, "goOnWithoutLog"].map((mutant) => {
      const candidate = new Candidate(mutant === undefined ? {} : { mutant: "goOnWithoutLog" });
      candidate.tell(heartbeatOf(otherEpoch(1), 7));
      const epoch = candidate.campaign();
      return sent(candidate.win(epoch, { last: 40, historyDigest: digest }), "heartbeat")[0]?.message.last;
    });
    expect(bases).to.deep.equal([40, 7]);
  });

  /** Whether a request that was numbered in one epoch and then undone is numbered in the next one. */
  function numberedTwice(candidate: Candidate): boolean {
    const first = candidate.lead();
    expect(sent(candidate.tell(changeOf("1")), "order")).to.have.lengthOf(1);
    candidate.tell({ kind: "superseded", epoch: otherEpoch(first.number + 1) });
    candidate.win(candidate.asked());
    return sent(candidate.tell(changeOf("1")), "order").length === 1;
  }
});

function resendOf(from: number, epoch: Epoch): MessageOf<"resend"> {
  return { kind: "resend", epoch, from, to: from, replyTo: managerAddresses[1] };
}
