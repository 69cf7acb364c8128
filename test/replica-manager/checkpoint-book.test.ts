import { expect } from "chai";
import { type CheckpointDigests, isSameCheckpoint } from "../../protocol/checkpoint.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { CheckpointBook } from "../../replica-manager/checkpoint-book.ts";

const at = (n: number, fields: Partial<CheckpointDigests> = {}): CheckpointDigests => ({
  n,
  historyDigest: `h${n}`,
  stateDigest: `s${n}`,
  tableDigest: `t${n}`,
  ...fields,
});

const bookOfSlot1 = () => new CheckpointBook(1, { ...defaultLimits, checkpointDigestsMax: 3 });

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

  it("finds the newest checkpoint that two others agree on, between two numbers", () => {
    const book = bookOfSlot1();
    for (const n of [5, 6]) for (const slot of [2, 3] as const) book.note(slot, at(n));
    book.note(2, at(7));
    expect(book.newestOfOthers(0, 9)).to.deep.equal(at(6));
    expect(book.newestOfOthers(6, 6)).to.deep.equal(at(6));
    expect(book.newestOfOthers(7, 9)).to.equal(undefined);
    expect(book.newestOfOthers(0, 5)).to.deep.equal(at(5));
    expect(book.newestOfOthers(0, 4)).to.equal(undefined);
  });

  it("keeps the digests of so many checkpoints, and forgets the lowest", () => {
    const book = bookOfSlot1();
    for (const n of [5, 7, 6, 8]) for (const slot of [2, 3] as const) book.note(slot, at(n));
    expect([5, 6, 7, 8].map((n) => book.othersAt(n)?.n)).to.deep.equal([undefined, 6, 7, 8]);
  });

  it("forgets what anybody said of numbers that were taken back", () => {
    const book = bookOfSlot1();
    for (const n of [5, 6]) for (const slot of [1, 2, 3] as const) book.note(slot, at(n));
    book.rollback(5);
    expect([book.ownAt(5), book.ownAt(6)]).to.deep.equal([at(5), undefined]);
    expect(book.newestOfOthers(0, 9)).to.deep.equal(at(5));
  });

  it("lets a manager correct itself", () => {
    const book = bookOfSlot1();
    book.note(2, at(5, { stateDigest: "x" }));
    book.note(3, at(5));
    book.note(2, at(5));
    expect(book.othersAt(5)).to.deep.equal(at(5));
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

  describe("holds a checkpoint for part of every log", () => {
    const epoch = { number: 2, nonce: "a" };
    const other = { number: 2, nonce: "b" };

    it("once two others have it durable in one epoch, and it is not of a later one than asked for", () => {
      const book = bookOfSlot1();
      book.note(1, at(5), epoch);
      book.note(2, at(5), epoch);
      expect(book.newestCommitted(0, epoch)).to.equal(undefined);
      book.note(4, at(5), epoch);
      expect(book.newestCommitted(0, epoch)).to.deep.equal(at(5));
      expect(book.newestCommitted(0, { number: 3, nonce: "c" })).to.deep.equal(at(5));
      expect(book.newestCommitted(0, { number: 1, nonce: "c" })).to.equal(undefined);
      expect(book.newestCommitted(6, epoch)).to.equal(undefined);
    });

    it("and takes the newest of them", () => {
      const book = bookOfSlot1();
      for (const n of [5, 7, 6]) for (const slot of [2, 3] as const) book.note(slot, at(n), epoch);
      book.note(3, at(7), null);
      expect(book.newestCommitted(0, epoch)).to.deep.equal(at(6));
    });

    for (const [why, digests, storedIn] of [
      ["adopted another epoch", at(5), other],
      ["has not stored it", at(5), null],
      ["has another history", at(5, { historyDigest: "x" }), epoch],
      ["has another state", at(5, { stateDigest: "x" }), epoch],
    ] as const) {
      it(`but not when one of them ${why}`, () => {
        const book = bookOfSlot1();
        book.note(2, digests, storedIn);
        book.note(3, at(5), epoch);
        expect(book.newestCommitted(0, epoch)).to.equal(undefined);
        book.note(2, at(5), epoch);
        expect(book.newestCommitted(0, epoch)).to.deep.equal(at(5));
      });
    }

    it("but not when two have stored it in no epoch at all", () => {
      const book = bookOfSlot1();
      for (const slot of [2, 3] as const) book.note(slot, at(5), null);
      expect(book.newestCommitted(0, epoch)).to.equal(undefined);
    });
  });

  it("passes over what is of no use", () => {
    const book = bookOfSlot1();
    for (const n of [5, 6]) for (const slot of [2, 3] as const) book.note(slot, at(n));
    expect(book.newestOfOthers(0, 9, ({ n }) => n !== 6)).to.deep.equal(at(5));
  });
});
