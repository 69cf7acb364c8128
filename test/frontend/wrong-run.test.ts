import { expect } from "chai";
import type { Judgement } from "../../frontend/ballot.ts";
import { type Run, WrongRun } from "../../frontend/wrong-run.ts";
import { aReply } from "./a-reply.ts";

/** Answers in their order of arrival, all judged. */
function runOf(judgements: readonly Judgement[]): { run: WrongRun; grown: readonly Run[] } {
  const run = new WrongRun(100);
  const answers = judgements.map((_, index) =>
    run.add(0, aReply(4, { n: index + 1, resultDigest: `given${index + 1}` })),
  );
  for (const [index, answer] of answers.entries()) {
    answer.judgement = judgements[index]!;
    answer.agreed = `agreed${index + 1}`;
  }
  return { run, grown: run.settle() };
}

describe("run of wrong answers", () => {
  it("grows with each wrong answer and carries all of them", () => {
    const { run, grown } = runOf(["wrong", "wrong"]);
    expect(run.lengthOf(aReply(4))).to.equal(2);
    expect(grown.map((one) => one.wrong.length)).to.deep.equal([1, 2]);
    expect(grown[1]?.wrong).to.deep.equal([
      { n: 1, given: "given1", agreed: "agreed1" },
      { n: 2, given: "given2", agreed: "agreed2" },
    ]);
  });

  it("ends with a right answer", () => {
    const { run, grown } = runOf(["wrong", "wrong", "right", "wrong"]);
    expect(run.lengthOf(aReply(4))).to.equal(1);
    expect(grown.map((one) => one.wrong.length)).to.deep.equal([1, 2, 1]);
  });

  it("is neither ended nor lengthened by an answer at another point", () => {
    expect(runOf(["wrong", "elsewhere", "wrong"]).run.lengthOf(aReply(4))).to.equal(2);
  });

  it("goes by the order of arrival, whatever the order of judgement", () => {
    const run = new WrongRun(100);
    const [first, second, third] = [1, 2, 3].map((n) => run.add(0, aReply(4, { n })));
    third!.judgement = "wrong";
    expect(run.settle()).to.deep.equal([]);
    first!.judgement = "wrong";
    expect(run.settle().map((one) => one.wrong.length)).to.deep.equal([1]);
    second!.judgement = "right";
    expect(run.settle().map((one) => one.wrong.map((wrong) => wrong.n))).to.deep.equal([[3]]);
  });

  it("starts anew with a new replica and hears nothing more of the old one", () => {
    const run = new WrongRun(100);
    for (const generation of [1, 1, 2, 1]) run.add(0, aReply(4, { generation })).judgement = "wrong";
    expect(run.settle().map((one) => one.wrong.length)).to.deep.equal([1, 2, 1]);
    run.add(0, aReply(4, { generation: 1 })).judgement = "right";
    run.settle();
    expect(run.lengthOf(aReply(4, { generation: 2 }))).to.equal(1);
    expect(run.lengthOf(aReply(4)), "of the replica before").to.equal(0);
  });

  it("starts anew with a manager that lost its memory", () => {
    const run = new WrongRun(100);
    run.add(0, aReply(4, { generation: 5 })).judgement = "wrong";
    run.add(0, aReply(4, { generation: 1, incarnation: "new" })).judgement = "wrong";
    expect(run.settle().map((one) => one.wrong.length)).to.deep.equal([1, 1]);
  });

  it("carries the last 16 answers at most", () => {
    const { grown } = runOf(Array.from({ length: 18 }, () => "wrong"));
    expect(grown.at(-1)?.wrong.map((one) => one.n)).to.deep.equal(Array.from({ length: 16 }, (_, index) => index + 3));
  });

  it("forgets the oldest answers that are not judged when there are too many", () => {
    const run = new WrongRun(2);
    const [, second, third] = [1, 2, 3].map((n) => run.add(0, aReply(4, { n })));
    second!.judgement = "wrong";
    third!.judgement = "wrong";
    expect(run.settle().map((one) => one.wrong.length)).to.deep.equal([1, 2]);
  });
});
