import { expect } from "chai";
import fc from "fast-check";
import { Ballot, type Reply } from "../../frontend/ballot.ts";
import { aReply } from "./a-reply.ts";

const ballotOf = (...replies: readonly Reply[]) => {
  const ballot = new Ballot();
  for (const reply of replies) ballot.add(reply);
  return ballot;
};

const otherPoints: readonly [string, Partial<Reply>][] = [
  ["epoch number", { epoch: { number: 2, nonce: "e".repeat(32) } }],
  ["nonce of the epoch", { epoch: { number: 1, nonce: "f".repeat(32) } }],
  ["number", { n: 8 }],
  ["history", { historyDigest: "h7'" }],
  ["business date of a read", { readDate: "2023-05-12" }],
];

describe("ballot", () => {
  it("answers as soon as two different managers agree", () => {
    const ballot = ballotOf(aReply(1));
    expect(ballot.agreed).to.equal(undefined);
    ballot.add(aReply(3));
    expect(ballot.agreed).to.deep.equal(aReply(1));
    expect(ballot.text).to.equal("{}");
  });

  it("does not count one manager twice", () => {
    expect(ballotOf(aReply(1), aReply(1), aReply(1, { generation: 2 })).agreed).to.equal(undefined);
  });

  it("does not count who is no manager", () => {
    expect(ballotOf(aReply(1), aReply(5), aReply(0)).agreed).to.equal(undefined);
  });

  for (const [what, fields] of otherPoints) {
    it(`does not match equal results of another ${what}`, () => {
      const ballot = ballotOf(aReply(1), aReply(2, fields));
      expect(ballot.agreed).to.equal(undefined);
      ballot.add(aReply(3));
      expect(ballot.judge(aReply(2, fields))).to.equal("elsewhere");
    });
  }

  it("does not match different results", () => {
    expect(ballotOf(aReply(1), aReply(2, { resultDigest: "wrong" })).agreed).to.equal(undefined);
  });

  it("agrees with later words of managers that first said something else", () => {
    const ballot = ballotOf(aReply(1, { n: 6, historyDigest: "h6" }), aReply(2), aReply(1));
    expect(ballot.agreed).to.deep.include({ n: 7 });
    expect(ballot.agreeing()).to.deep.equal([1, 2]);
  });

  it("judges another result at the agreed point wrong and the same right", () => {
    const ballot = ballotOf(aReply(1), aReply(2));
    expect(ballot.judge(aReply(3, { resultDigest: "wrong" }))).to.equal("wrong");
    expect(ballot.judge(aReply(3))).to.equal("right");
  });

  it("keeps to what was agreed first", () => {
    const ballot = ballotOf(aReply(1), aReply(2), aReply(3, { resultDigest: "b" }), aReply(4, { resultDigest: "b" }));
    expect(ballot.agreed).to.deep.include({ resultDigest: "right" });
    expect(ballot.agreeing()).to.deep.equal([1, 2]);
  });

  it("has the text only when an agreeing manager sent it in full", () => {
    const ballot = ballotOf(aReply(1, { result: null }), aReply(2, { result: null }));
    expect(ballot.agreed).to.not.equal(undefined);
    expect(ballot.text).to.equal(undefined);
    ballot.add(aReply(3, { resultDigest: "wrong", result: "lie" }));
    expect(ballot.text).to.equal(undefined);
    expect(ballot.add(aReply(1))).to.equal(true);
    expect(ballot.text).to.equal("{}");
  });

  it("takes the same word once", () => {
    const ballot = new Ballot();
    expect(ballot.add(aReply(1))).to.equal(true);
    expect(ballot.add(aReply(1))).to.equal(false);
    expect(ballot.add(aReply(1, { result: null }))).to.equal(false);
    expect(ballot.replies).to.have.length(1);
  });

  it("is split when all four spoke of one point and no two agree", () => {
    const results = ["a", "b", "c", "d"].map((resultDigest, index) => aReply(index + 1, { resultDigest }));
    expect(ballotOf(...results.slice(0, 3)).isSplit).to.equal(false);
    expect(ballotOf(...results).isSplit).to.equal(true);
    expect(ballotOf(...results.slice(0, 3), aReply(4, { resultDigest: "d", n: 8 })).isSplit).to.equal(false);
    expect(ballotOf(...results.slice(0, 3), aReply(4, { resultDigest: "a" })).isSplit).to.equal(false);
  });

  describe("of a quorum of three", () => {
    const ballotOfThree = (...replies: readonly Reply[]) => {
      const ballot = new Ballot(3);
      for (const reply of replies) ballot.add(reply);
      return ballot;
    };

    it("answers as soon as three different managers agree, and not before", () => {
      const ballot = ballotOfThree(aReply(1), aReply(2), aReply(2, { generation: 2 }));
      expect(ballot.agreed).to.equal(undefined);
      expect(ballot.text).to.equal(undefined);
      ballot.add(aReply(4));
      expect(ballot.agreed).to.deep.equal(aReply(1));
      expect(ballot.agreeing()).to.deep.equal([1, 2, 4]);
    });

    it("is split by two against two, whatever the order in which they speak", () => {
      const [a, b] = [{ resultDigest: "a" }, { resultDigest: "b" }];
      expect(ballotOfThree(aReply(1, a), aReply(2, b), aReply(3, a)).isSplit).to.equal(false);
      expect(ballotOfThree(aReply(1, a), aReply(2, b), aReply(3, a), aReply(4, b)).isSplit).to.equal(true);
      expect(ballotOfThree(aReply(1, a), aReply(2, a), aReply(3, b), aReply(4, b)).isSplit).to.equal(true);
    });

    it("is split as soon as three differ", () => {
      const results = ["a", "b", "c"].map((resultDigest, index) => aReply(index + 1, { resultDigest }));
      expect(ballotOfThree(...results.slice(0, 2)).isSplit).to.equal(false);
      expect(ballotOfThree(...results).isSplit).to.equal(true);
    });
  });

  it("agrees when so many are equal as decide, and is split when no others could make them so many", () => {
    const results = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(results, fc.constantFrom(2 as const, 3 as const), (given, quorum) => {
        const ballot = new Ballot(quorum);
        for (const [index, resultDigest] of given.entries()) ballot.add(aReply(index + 1, { resultDigest }));
        const most = Math.max(...given.map((one) => given.filter((other) => other === one).length));
        expect(ballot.agreed !== undefined).to.equal(most >= quorum);
        expect(ballot.isSplit).to.equal(most + 4 - given.length < quorum);
      }),
    );
  });

  it("keeps no more than 64 replies", () => {
    const ballot = new Ballot();
    for (let n = 1; n <= 64; n++) expect(ballot.add(aReply(1, { n }))).to.equal(true);
    expect(ballot.add(aReply(1, { n: 65 }))).to.equal(false);
  });
});
