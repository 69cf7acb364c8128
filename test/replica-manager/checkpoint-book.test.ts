import { expect } from "chai";
import { defaultLimits } from "../../protocol/limits.ts";
import type { CheckpointDigests } from "../../protocol/message.ts";
import { CheckpointBook, isSameCheckpoint, type Snapshot } from "../../replica-manager/checkpoint-book.ts";

const at = (n: number, fields: Partial<CheckpointDigests> = {}): CheckpointDigests => ({
  n,
  historyDigest: `h${n}`,
  stateDigest: `s${n}`,
  tableDigest: `t${n}`,
  ...fields,
});

const snapshot = (n: number): Snapshot => ({
  digests: at(n),
  epoch: { number: 1, nonce: "e".repeat(32) },
  time: 0,
  state: `state ${n}`,
});

const bookOfSlot1 = () => new CheckpointBook(1, { ...defaultLimits, snapshotsMax: 2, checkpointDigestsMax: 3 });

describe("checkpoint book", () => {
  it("believes two other managers that say the same, and no one alone", () => {
    const book = bookOfSlot1();
    book.note(1, at(5));
    book.note(2, at(5));
    expect(book.othersAt(5)).to.equal(undefined);
    book.note(4, at(5));
    expect(book.othersAt(5)).to.deep.equal(at(5));
    expect(book.holdersOf(at(5))).to.deep.equal([2, 4]);
  });

  for (const fields of [{ historyDigest: "x" }, { stateDigest: "x" }, { tableDigest: "x" }]) {
    it(`tells apart who differs in ${Object.keys(fields).join()}`, () => {
      const book = bookOfSlot1();
      book.note(2, at(5));
      book.note(3, at(5, fields));
      expect(book.othersAt(5)).to.equal(undefined);
      expect(isSameCheckpoint(at(5), at(5, fields))).to.equal(false);
      expect(book.holdersOf(at(5))).to.deep.equal([2]);
    });
  }

  it("finds the two that agree among three", () => {
    const book = bookOfSlot1();
    book.note(2, at(5, { stateDigest: "wrong" }));
    book.note(3, at(5));
    book.note(4, at(5));
    expect(book.othersAt(5)).to.deep.equal(at(5));
  });

  it("finds the newest checkpoint that two others agree on, from a number on", () => {
    const book = bookOfSlot1();
    for (const n of [5, 6]) for (const slot of [2, 3] as const) book.note(slot, at(n));
    book.note(2, at(7));
    expect(book.newestOfOthers(0)).to.deep.equal(at(6));
    expect(book.newestOfOthers(6)).to.deep.equal(at(6));
    expect(book.newestOfOthers(7)).to.equal(undefined);
  });

  it("keeps the digests of so many checkpoints, and forgets the lowest", () => {
    const book = bookOfSlot1();
    for (const n of [5, 7, 6, 8]) for (const slot of [2, 3] as const) book.note(slot, at(n));
    expect([5, 6, 7, 8].map((n) => book.othersAt(n)?.n)).to.deep.equal([undefined, 6, 7, 8]);
  });

  it("keeps so many snapshots, and tells up to where the log is no longer needed", () => {
    const book = bookOfSlot1();
    expect(book.keep(snapshot(5))).to.equal(5);
    expect(book.keep(snapshot(6))).to.equal(5);
    expect(book.keep(snapshot(7))).to.equal(6);
    expect([5, 6, 7].map((n) => book.snapshotOf(at(n))?.state)).to.deep.equal([undefined, "state 6", "state 7"]);
    expect(book.newest).to.deep.equal(at(7));
  });

  it("lets a new snapshot take the place of those at or behind its number", () => {
    const book = bookOfSlot1();
    book.keep(snapshot(5));
    book.keep(snapshot(9));
    book.keep(snapshot(6));
    expect(book.newest).to.deep.equal(at(6));
    expect(book.snapshotOf(at(9))).to.equal(undefined);
  });

  it("gives out a snapshot only by all its digests", () => {
    const book = bookOfSlot1();
    book.keep(snapshot(5));
    expect(book.snapshotOf(at(5, { tableDigest: "x" }))).to.equal(undefined);
  });

  it("forgets what the own replica said when that is gone", () => {
    const book = bookOfSlot1();
    book.note(1, at(5));
    book.note(2, at(5));
    book.note(3, at(5));
    book.forgetOwn();
    expect(book.ownAt(5)).to.equal(undefined);
    expect(book.othersAt(5)).to.deep.equal(at(5));
  });
});
