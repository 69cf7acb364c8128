import { expect } from "chai";
import { findDifferences } from "../../frontend/differences.ts";
import { booked, VotesUnderTest } from "./a-vote.ts";

const lie = { ...booked, available: 9 };

describe("votes on the last requests", () => {
  it("hold the answer of each manager, and the field in which one differs", () => {
    const votes = new VotesUnderTest();
    votes.book(100, "a");
    votes.reply(101, 3, "a", 8, lie);
    votes.reply(102, 1, "a", 8, booked);
    votes.reply(103, 2, "a", 8, booked);
    const view = votes.frontend.vote(8);
    expect(view).to.deep.include({ sequence: 8, outcome: "OK", agreeing: [1, 2], differing: [3], missing: [4] });
    expect(view).to.deep.include({ answer: booked, quorum: 2, decidedAfterMs: 3, requestId: "a", startedAt: 100 });
    expect(view).to.deep.include({ readDate: null });
    expect(view?.votes.map(({ slot, judgement, afterMs, answer }) => [slot, judgement, afterMs, answer])).to.deep.equal(
      [
        [1, "right", 2, booked],
        [2, "right", 3, booked],
        [3, "wrong", 1, lie],
        [4, "none", null, null],
      ],
    );
    const values = [1, 2, 3].map((slot) => ({ slot, value: slot === 3 ? 9 : 8 }));
    expect(view?.differences).to.deep.equal([{ field: "available", values }]);
  });

  it("see a reply that comes after the answer", () => {
    const votes = new VotesUnderTest();
    votes.book(0, "a");
    for (const slot of [1, 2]) votes.reply(slot, slot, "a", 8, booked);
    votes.reply(40, 4, "a", 8, lie);
    expect(votes.frontend.vote(8)).to.deep.include({ differing: [4], missing: [3] });
  });

  it("show an answer that came elsewhere in the order as one that counts for nothing", () => {
    const votes = new VotesUnderTest();
    votes.book(0, "a");
    votes.reply(1, 4, "a", 7, booked);
    for (const slot of [1, 2]) votes.reply(2, slot, "a", 8, booked);
    const view = votes.frontend.vote(8);
    expect(view?.votes[3]).to.deep.include({ slot: 4, judgement: "elsewhere", sequence: 7 });
    expect(view?.differing).to.deep.equal([]);
  });

  it("tell of two against two that nothing was agreed, where three decide", () => {
    const votes = new VotesUnderTest({ quorums: { reads: 2, bookings: 3, shows: 2 } });
    votes.book(0, "a");
    for (const slot of [1, 2, 3, 4]) votes.reply(slot, slot, "a", 8, slot < 3 ? booked : lie);
    const view = votes.frontend.vote(8);
    expect(view).to.deep.include({ outcome: "NO_AGREEMENT", answer: null, decidedAfterMs: null, agreeing: [] });
    expect(view?.votes.map(({ judgement }) => judgement)).to.deep.equal(Array(4).fill("undecided"));
    expect(view?.differences[0]?.field).to.equal("available");
  });

  it("show what a manager said by digest alone as the agreed answer when it is that, and else as unknown", () => {
    const votes = new VotesUnderTest();
    votes.book(0, "a");
    votes.reply(1, 1, "a", 8, booked);
    votes.reply(2, 2, "a", 8, booked, true);
    votes.reply(3, 3, "a", 8, lie, true);
    const view = votes.frontend.vote(8);
    expect(view?.votes[1]).to.deep.include({ judgement: "right", answer: booked });
    expect(view?.votes[2]).to.deep.include({ judgement: "wrong", answer: null });
  });

  it("show garbage as it came", () => {
    const votes = new VotesUnderTest();
    votes.book(0, "a");
    for (const slot of [1, 2]) votes.reply(slot, slot, "a", 8, booked);
    votes.reply(3, 3, "a", 8, "\u0000{");
    expect(votes.frontend.vote(8)?.votes[2]).to.deep.include({ judgement: "wrong", answer: "\u0000{" });
  });

  it("are found by the number of the change; a read at that number gives way, and stands where there is no change", () => {
    const votes = new VotesUnderTest();
    votes.book(0, "a");
    for (const slot of [1, 2]) votes.reply(1, slot, "a", 8, booked);
    for (const [at, n] of [8, 9].entries()) {
      votes.read(2, `r${at}`);
      for (const slot of [1, 2]) votes.reply(3, slot, `?r${at}`, n, { outcome: "OK", bookings: [] });
    }
    expect(votes.frontend.vote(8)).to.deep.include({ isRead: false, requestId: "a" });
    expect(votes.frontend.vote(9)).to.deep.include({ isRead: true, requestId: null });
    expect(votes.frontend.vote(10)).to.equal(undefined);
    expect(votes.frontend.recentVotes(100).map(({ sequence }) => sequence)).to.deep.equal([9, 8, 8]);
  });

  it("keep no more votes, and no more characters, than their limits", () => {
    const few = new VotesUnderTest({ limits: { recentVotesMax: 3 } });
    const small = new VotesUnderTest({ limits: { recentVoteCharsMax: 3 * 600 } });
    const large = new VotesUnderTest({ limits: { recentVoteCharsMax: 3 * 600 } });
    for (const [votes, answer] of [
      [few, booked],
      [small, booked],
      [large, { ...booked, text: "x".repeat(3000) }],
    ] as const) {
      for (let n = 1; n <= 5; n++) {
        votes.book(n, `a${n}`);
        for (const slot of [1, 2]) votes.reply(n, slot, `a${n}`, n, answer);
      }
    }
    const numbers = (votes: VotesUnderTest) => votes.frontend.recentVotes(100).map(({ sequence }) => sequence);
    expect(numbers(few)).to.deep.equal([5, 4, 3]);
    expect(numbers(small)).to.deep.equal([5, 4, 3]);
    expect(numbers(large)).to.deep.equal([]);
  });
});

describe("the list of votes", () => {
  it("is as long as is asked for, and has those that disagreed alone where those are asked for", () => {
    const votes = new VotesUnderTest();
    for (let n = 1; n <= 4; n++) {
      votes.book(n, `a${n}`);
      for (const slot of [1, 2, 3]) votes.reply(n, slot, `a${n}`, n, slot === 3 && n % 2 === 0 ? lie : booked);
    }
    const numbers = (...wanted: readonly [number, boolean?]) =>
      votes.frontend.recentVotes(...wanted).map(({ sequence }) => sequence);
    expect(numbers(3)).to.deep.equal([4, 3, 2]);
    expect(numbers(3, true)).to.deep.equal([4, 2]);
    expect(numbers(1, true)).to.deep.equal([4]);
  });
});

describe("differences", () => {
  const given = (...values: readonly unknown[]) => values.map((value, at) => ({ slot: (at + 1) as 1, value }));
  const fieldsOf = (...values: readonly unknown[]) =>
    findDifferences(given(...values)).differences.map(({ field }) => field);

  it("are named by their place in the answer", () => {
    const [one, other] = [7, 8].map((capacity) => ({ shows: [{ capacity: 1 }, { capacity }], n: { a: capacity } }));
    expect(fieldsOf(one, one, other)).to.deep.equal(["shows[1].capacity", "n.a"]);
  });

  it("are of the whole where one answer is of another shape", () => {
    expect(fieldsOf({ a: 1 }, "text")).to.deep.equal([""]);
    expect(fieldsOf({ a: [1] }, { a: { 0: 1 } })).to.deep.equal(["a"]);
    expect(fieldsOf(null, { a: 1 })).to.deep.equal([""]);
  });

  it("are there where a field or an item is missing, and not where only the order of the keys differs", () => {
    expect(fieldsOf({ a: 1, b: 2 }, { b: 2 })).to.deep.equal(["a"]);
    expect(fieldsOf([1, 2], [1])).to.deep.equal(["[1]"]);
    expect(fieldsOf({ a: 1, b: 2 }, { b: 2, a: 1 })).to.deep.equal([]);
  });

  it("beyond the first fifty are not told, but that there are some is", () => {
    const numbers = (length: number, add: number) => Array.from({ length }, (_, index) => index + add);
    for (const [length, hasMore] of [
      [50, false],
      [51, true],
      [600, true],
    ] as const) {
      const found = findDifferences(given(numbers(length, 0), numbers(length, 1)));
      expect([found.differences.length, found.hasMore]).to.deep.equal([50, hasMore]);
    }
  });
});
