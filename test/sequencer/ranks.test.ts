import { expect } from "chai";
import { slots } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import {
  Candidate,
  firstMembers,
  heartbeatOf,
  incarnationOf,
  notesIn,
  otherEpoch,
  promiseOf,
  sent,
} from "./candidate.ts";

describe("the rank of a sequencer", () => {
  /** When it asks after the last sign of another one, in milliseconds. */
  function askedAfterMs(candidate: Candidate): number {
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    candidate.tell(heartbeatOf(otherEpoch(3)));
    const startedAt = candidate.now;
    candidate.asked();
    return candidate.now - startedAt;
  }

  it("is what is known now: others that come above make it wait longer, others that go less", () => {
    const { rankDelayMs, sequencerSilenceMs } = new Candidate().limits;
    for (const [atStart, above] of [
      [0, 3],
      [3, 0],
      [2, 2],
    ] as const) {
      const candidate = new Candidate({ ranksAbove: atStart });
      candidate.input({ kind: "ranks", above });
      const leastMs = sequencerSilenceMs + above * rankDelayMs;
      expect(askedAfterMs(candidate)).to.be.within(leastMs, leastMs + rankDelayMs / 2);
    }
  });

  for (const [who, id, waits] of [
    ["one above", 3, 1],
    ["one below", 1, 2],
  ] as const) {
    it(`does not make it wait for the one that led, which is missed: ${who}`, () => {
      const candidate = new Candidate({ ranksAbove: 2 });
      const { rankDelayMs, sequencerSilenceMs } = candidate.limits;
      candidate.input({ kind: "businessDate", date: "2023-05-12" });
      candidate.tell({ ...heartbeatOf(otherEpoch(3)), id });
      const startedAt = candidate.now;
      candidate.asked();
      const leastMs = sequencerSilenceMs + waits * rankDelayMs;
      expect(candidate.now - startedAt).to.be.within(leastMs, leastMs + rankDelayMs / 2);
    });
  }

  it("changes nothing for one that leads", () => {
    const candidate = new Candidate();
    candidate.lead();
    expect(sent(candidate.input({ kind: "ranks", above: 5 }), "prepare")).to.deep.equal([]);
    expect(candidate.status.state).to.equal("active");
  });
});

describe("four managers without data", () => {
  function notesOf(mayFound: boolean, given: Partial<MessageOf<"promise">> = {}, heard = slots): readonly string[] {
    const candidate = new Candidate({ mayFound });
    candidate.input({ kind: "businessDate", date: "2023-05-12" });
    const notes: string[] = [];
    for (let round = 0; round < 3; round++) {
      const epoch = candidate.asked();
      for (const slot of heard) {
        const incarnation = firstMembers[slot - 1] as string;
        notes.push(...notesIn(candidate.tell(promiseOf(slot, epoch, { isTrial: true, incarnation, ...given }))));
      }
      notes.push(...notesIn(candidate.pass(candidate.limits.electionMs)));
    }
    return notes.filter((note) => note.includes("without data"));
  }

  it("are no cluster unless this start may found one, which is said once", () => {
    expect(notesOf(false)).to.deep.equal([
      "four managers without data: start a sequencer with --found if this is a new cluster",
    ]);
  });

  it("are not spoken of while there are three, when one of them has data, or when this start may found one", () => {
    expect(notesOf(false, {}, [1, 2, 3])).to.deep.equal([]);
    const adoption = { epoch: otherEpoch(1), members: firstMembers, base: 0, baseDigest: "00".repeat(32) };
    expect(notesOf(false, { adoption })).to.deep.equal([]);
    const ofOthers = { ...adoption, members: slots.map((slot) => incarnationOf(slot, "b")) };
    expect(notesOf(false, { adoption: ofOthers })).to.deep.equal([]);
    expect(notesOf(true)).to.deep.equal([]);
  });
});
