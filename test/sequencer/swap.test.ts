import { expect } from "chai";
import { type Epoch, type Slot, slots } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { SequencerEffect } from "../../sequencer/effect.ts";
import {
  adoptedBy,
  Candidate,
  changeOf,
  firstMembers,
  incarnationOf,
  managerAddresses,
  notesIn,
  otherEpoch,
  promiseOf,
  sent,
} from "./candidate.ts";

const newcomer = incarnationOf(4, "b");
const laterMembers = [...firstMembers.slice(0, 3), newcomer];
const staying: readonly Slot[] = [1, 2, 3];
const stayingAddresses = staying.map((slot) => managerAddresses[slot]);

describe("a manager whose data is new", () => {
  let candidate: Candidate;
  let epoch: Epoch;

  beforeEach(() => {
    candidate = new Candidate();
    epoch = candidate.lead();
  });

  it("is told of once, and is forgotten when it is silent", () => {
    expect(notesIn(joinFor(200))).to.have.lengthOf(1);
    expect(candidate.status.strangers).to.deep.equal([4]);
    passWithSigns(candidate, epoch, candidate.limits.admitAfterMs);
    expect(candidate.status.strangers).to.deep.equal([]);
  });

  it("is admitted by itself when it was heard for long enough, and the former data was not", () => {
    const { admitAfterMs } = candidate.limits;
    expect(sent(joinFor(admitAfterMs - 50), "prepare")).to.deep.equal([]);
    const trial = sent(joinFor(100), "prepare");
    expect(trial.slice(0, 3).map(({ to }) => to)).to.deep.equal(stayingAddresses);
    expect(trial[0]?.message).to.deep.include({ isTrial: true, follows: epoch });
    expect(trial[0]?.message.epoch.number).to.equal(epoch.number + 1);
  });

  it("is not admitted by itself while the former data is heard", () => {
    const { admitAfterMs } = candidate.limits;
    const stored = { kind: "stored", slot: 4, incarnation: incarnationOf(4), epoch, durable: 0 } as const;
    for (let round = 0; round < 4; round++) {
      expect(sent(joinFor(admitAfterMs / 2), "prepare")).to.deep.equal([]);
      candidate.tell(stored);
    }
    expect(sent(joinFor(admitAfterMs), "prepare")).to.not.deep.equal([]);
  });

  it("is not admitted when it is not heard any more, or when it is other new data again", () => {
    const { admitAfterMs, sequencerSilenceMs } = candidate.limits;
    joinFor(admitAfterMs - 100);
    expect(sent(passWithSigns(candidate, epoch, admitAfterMs), "prepare")).to.deep.equal([]);
    joinFor(admitAfterMs - 100);
    expect(sent(joinFor(admitAfterMs - 100, incarnationOf(4, "c")), "prepare")).to.deep.equal([]);
    candidate.pass(sequencerSilenceMs);
    expect(sent(candidate.tell({ kind: "replace", slot: 4 }), "prepare")).to.deep.equal([]);
    expect(sent(joinFor(1, incarnationOf(4, "c")), "prepare")).to.not.deep.equal([]);
  });

  it("is admitted at once when an operator wants it", () => {
    joinFor(candidate.limits.electionMs);
    expect(sent(candidate.tell({ kind: "replace", slot: 4 }), "prepare").map(({ to }) => to)).to.deep.equal(
      stayingAddresses,
    );
  });

  it("waits a while at the start of an epoch, which shall get something done", () => {
    joinFor(10);
    expect(sent(candidate.tell({ kind: "replace", slot: 4 }), "prepare")).to.deep.equal([]);
    expect(sent(joinFor(candidate.limits.electionMs - 30), "prepare")).to.deep.equal([]);
    expect(sent(joinFor(30), "prepare")).to.not.deep.equal([]);
  });

  it("is not there to be admitted where nobody came: the operator is told", () => {
    expect(notesIn(candidate.tell({ kind: "replace", slot: 2 }))).to.have.lengthOf(1);
    expect(notesIn(candidate.tell({ kind: "replace", slot: 9 }))).to.deep.equal([]);
    expect(sent(candidate.pass(1000), "prepare")).to.deep.equal([]);
  });

  /** Has the new manager ask to join every few milliseconds, for so long. */
  function joinFor(ms: number, incarnation = newcomer): readonly SequencerEffect[] {
    return joinTo(candidate, epoch, ms, incarnation);
  }
});

describe("a swap", () => {
  let candidate: Candidate;
  let epoch: Epoch;
  let next: Epoch;

  beforeEach(() => {
    candidate = new Candidate();
    epoch = candidate.lead();
    joinTo(candidate, epoch, candidate.limits.electionMs, newcomer);
    next = sent(candidate.tell({ kind: "replace", slot: 4 }), "prepare")[0]!.message.epoch;
  });

  it("changes nothing while it is a trial: the epoch goes on, and numbers are given out", () => {
    grant(1, true);
    grant(2, true);
    candidate.tell(promiseOf(4, next, { isTrial: true, incarnation: newcomer }), promiseOf(4, next, { isTrial: true }));
    expect(candidate.status).to.deep.include({ state: "active", epoch });
    const order = sent(candidate.tell(changeOf("1")), "order")[0]?.message;
    expect(order?.epoch).to.deep.equal(epoch);
    const asked = sent(candidate.pass(candidate.limits.electionRetryMs), "prepare");
    expect(asked.map(({ to, message }) => [to, message.isTrial])).to.deep.equal([[managerAddresses[3], true]]);
  });

  it("is given up when one who stays would not promise; the epoch goes on, the operator is told once", () => {
    grant(1, true);
    grant(2, true);
    const effects = joinTo(candidate, epoch, 5 * candidate.limits.electionMs, newcomer);
    expect(notesIn(effects)).to.have.lengthOf(1);
    const trials = new Set(sent(effects, "prepare").map(({ message }) => message.epoch.number));
    expect([...trials]).to.deep.equal([0, 1, 2].map((later) => next.number + later));
    expect(candidate.status).to.deep.include({ state: "active", epoch });
  });

  it("stops numbering once all three who stay would promise, and asks them to", () => {
    const asked = sent(grantAll(true), "prepare");
    expect(asked.map(({ to }) => to)).to.deep.equal([...stayingAddresses, "sequencers"]);
    expect(asked[0]?.message).to.deep.include({ epoch: next, isTrial: false, follows: epoch });
    expect(candidate.status).to.deep.include({ state: "electing", epoch: next });
    expect(candidate.tell(changeOf("1")).filter(({ kind }) => kind === "send")).to.deep.equal([]);
  });

  it("needs the promises of all three who stay, and changes exactly the one slot", () => {
    grantAll(true);
    grant(1);
    grant(2, false, { last: 5, adoption: adoptionOf(epoch) });
    candidate.tell(promiseOf(4, next), promiseOf(4, next, { incarnation: newcomer }));
    expect(sent(candidate.pass(100), "start")).to.deep.equal([]);
    const starts = sent(grant(3), "start");
    expect(starts.map(({ to }) => to)).to.deep.equal([...slots.map((slot) => managerAddresses[slot]), "sequencers"]);
    expect(starts[0]?.message).to.deep.include({ epoch: next, members: laterMembers, base: 5 });
    expect(starts[0]?.message.source).to.equal(managerAddresses[2]);
  });

  it("is done when three of the new configuration have adopted it, the new one among them or not", () => {
    grantAll(true);
    grantAll(false);
    candidate.tell(adoptedBy(1, next), adoptedBy(2, next), adoptedBy(4, next));
    expect(candidate.status.state).to.equal("electing");
    const effects = candidate.tell(adoptedBy(4, next, laterMembers));
    expect(notesIn(effects).some((note) => note.includes("admitted"))).to.equal(true);
    expect(candidate.status).to.deep.include({ state: "active", epoch: next, members: laterMembers, strangers: [] });
    const word = { kind: "stored", slot: 4, epoch: next, durable: 1 } as const;
    candidate.tell(changeOf("1"), { ...word, incarnation: incarnationOf(4) });
    expect(candidate.status.stored[3]).to.equal(0);
    candidate.tell({ ...word, incarnation: newcomer });
    expect(candidate.status.stored[3]).to.equal(1);
  });

  it("that fails is followed at once by an ordinary campaign, which takes the configuration that it finds", () => {
    grantAll(true);
    const asked = sent(candidate.pass(candidate.limits.electionMs), "prepare").filter(
      ({ message }) => message.epoch.number > next.number,
    );
    expect(asked.map(({ to }) => to)).to.deep.equal(slots.map((slot) => managerAddresses[slot]));
    const { epoch: after, isTrial, follows } = asked[0]!.message;
    expect([isTrial, follows]).to.deep.equal([true, epoch]);
    const adoption = adoptionOf(epoch);
    candidate.grant(after, { isTrial: true, adoption });
    const starts = sent(candidate.grant(after, { adoption }), "start");
    expect(starts[0]?.message.members).to.deep.equal(firstMembers);
  });

  it("ends with its epoch when a later one is heard of", () => {
    candidate.tell(promiseOf(1, next, { isTrial: true, isGranted: false, promised: otherEpoch(next.number + 3) }));
    expect(candidate.status.state).to.equal("standby");
    grantAll(true);
    expect(candidate.status.state).to.equal("standby");
  });

  it("starts only from an active epoch", () => {
    candidate = new Candidate();
    const asked = candidate.campaign();
    candidate.grant(asked, { isTrial: true });
    candidate.grant(asked);
    const effects = [...joinTo(candidate, asked, 300, newcomer), ...candidate.tell({ kind: "replace", slot: 4 })];
    expect(sent(effects, "prepare")).to.deep.equal([]);
    expect(candidate.status).to.deep.include({ state: "electing", strangers: [] });
  });

  it("takes one slot at a time", () => {
    const other: MessageOf<"join"> = { ...joinOf(epoch, incarnationOf(3, "b")), slot: 3 };
    for (let ms = 0; ms < 100; ms += 10) candidate.tell(other, joinOf(epoch, newcomer));
    const asked = sent([...candidate.tell({ kind: "replace", slot: 3 }), ...candidate.pass(100)], "prepare");
    expect(asked.every(({ message }) => message.epoch.number === next.number)).to.equal(true);
    const start = [...grantAll(true), ...grantAll(false)];
    expect(sent(start, "start")[0]?.message.members).to.deep.equal(laterMembers);
  });

  function grant(slot: Slot, isTrial = false, given: Partial<MessageOf<"promise">> = {}): readonly SequencerEffect[] {
    return candidate.tell(promiseOf(slot, next, { isTrial, ...given }));
  }

  function grantAll(isTrial: boolean): readonly SequencerEffect[] {
    return staying.flatMap((slot) => grant(slot, isTrial));
  }
});

function adoptionOf(epoch: Epoch): MessageOf<"promise">["adoption"] {
  return { epoch, members: firstMembers, base: 0, baseDigest: "0".repeat(64) };
}

function joinOf(heard: Epoch, incarnation: string): MessageOf<"join"> {
  return { kind: "join", slot: 4, incarnation, heard, replyTo: managerAddresses[4] };
}

/** Has the manager in slot 4 ask to join every few milliseconds, for so long; the others give signs of life. */
function joinTo(candidate: Candidate, heard: Epoch, ms: number, incarnation: string): readonly SequencerEffect[] {
  const effects: SequencerEffect[] = [];
  for (let at = 0; at < ms; at += 10) {
    const step = Math.min(10, ms - at);
    effects.push(...candidate.tell(joinOf(heard, incarnation)), ...passWithSigns(candidate, heard, step));
  }
  return effects;
}

/** Lets time pass in which those who stay give signs of life. */
function passWithSigns(candidate: Candidate, epoch: Epoch, ms: number): readonly SequencerEffect[] {
  const effects: SequencerEffect[] = [];
  for (let passed = 0; passed < ms; passed += 100) {
    for (const slot of staying) {
      candidate.tell({ kind: "stored", slot, incarnation: incarnationOf(slot), epoch, durable: 0 });
    }
    effects.push(...candidate.pass(Math.min(100, ms - passed)));
  }
  return effects;
}
