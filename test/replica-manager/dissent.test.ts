import { expect } from "chai";
import { defaultLimits } from "../../protocol/limits.ts";
import { CheckpointBook } from "../../replica-manager/checkpoint-book.ts";
import { Dissent } from "../../replica-manager/dissent.ts";

const digestsAt = (n: number, stateDigest: string, historyDigest = "h") => {
  return { n, historyDigest, stateDigest, tableDigest: "t" };
};

/** What manager 1 holds against managers 2 and 3, which agree. */
function aDissent() {
  const limits = { ...defaultLimits, dissentMs: 100 };
  const book = new CheckpointBook(1, limits);
  const dissent = new Dissent(book, 1, limits);
  const contradict = (n: number) => {
    book.note(1, digestsAt(n, "own"));
    for (const slot of [2, 3] as const) book.note(slot, digestsAt(n, "theirs"));
    return digestsAt(n, "own");
  };
  return { book, dissent, contradict };
}

describe("a state that two others contradict", () => {
  it("is wrong as soon as the fourth has spoken and does not have it either", () => {
    const { book, dissent, contradict } = aDissent();
    const own = contradict(8);
    expect(dissent.weigh(0, own)).to.equal("open");
    book.note(4, digestsAt(8, "another"));
    expect(dissent.weigh(1, own)).to.equal("wrong");
  });

  it("is not yet wrong where an own checkpoint is newer, which may be right again", () => {
    const { book, dissent, contradict } = aDissent();
    const own = contradict(8);
    book.note(4, digestsAt(8, "theirs"));
    book.note(1, digestsAt(9, "own"));
    expect(dissent.weigh(0, own)).to.equal("open");
    expect(dissent.expire()).to.equal(8);
    expect(dissent.weigh(100, own)).to.equal("wrong");
  });

  it("is one of two against two where the fourth has it too, with whatever client table", () => {
    const { book, dissent, contradict } = aDissent();
    const own = contradict(8);
    book.note(4, { ...digestsAt(8, "own"), tableDigest: "other" });
    expect(dissent.weigh(0, own)).to.equal("tied");
    expect(dissent.deadline).to.equal(Number.POSITIVE_INFINITY);
  });

  it("is not tied by the same state of another history", () => {
    const { book, dissent, contradict } = aDissent();
    const own = contradict(8);
    book.note(4, digestsAt(8, "own", "other"));
    expect(dissent.weigh(0, own)).to.equal("wrong");
  });

  it("is wrong when the fourth says nothing for a while", () => {
    const { dissent, contradict } = aDissent();
    const own = contradict(8);
    expect(dissent.weigh(5, own)).to.equal("open");
    expect(dissent.deadline).to.equal(105);
    expect(dissent.expire()).to.equal(8);
    expect(dissent.weigh(105, own)).to.equal("wrong");
    expect(dissent.deadline).to.equal(Number.POSITIVE_INFINITY);
  });

  it("does not wait longer because the next checkpoint is contradicted as well", () => {
    const { dissent, contradict } = aDissent();
    dissent.weigh(0, contradict(8));
    expect(dissent.weigh(60, contradict(9))).to.equal("open");
    expect(dissent.deadline).to.equal(100);
    expect(dissent.expire()).to.equal(9);
  });

  it("is no longer waited for when a later checkpoint agrees", () => {
    const { dissent, contradict } = aDissent();
    dissent.weigh(0, contradict(8));
    dissent.agree(9);
    expect(dissent.weigh(60, contradict(10))).to.equal("open");
    expect(dissent.deadline).to.equal(160);
  });

  it("is waited for all the same when an earlier checkpoint agrees", () => {
    const { dissent, contradict } = aDissent();
    dissent.weigh(0, contradict(8));
    dissent.agree(7);
    expect(dissent.deadline).to.equal(100);
  });
});
