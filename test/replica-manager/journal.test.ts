import { expect } from "chai";
import { AssertionFailed } from "../../protocol/assert.ts";
import type { LogRecord } from "../../protocol/log-record.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { Journal } from "../../replica-manager/journal.ts";
import { anEntry, anEpoch } from "./an-entry.ts";

const commit = (n: number): LogRecord => ({ kind: "commit", n });

/** A journal with what it did and what became durable, in their order. */
function aJournal(mutant?: "replyBeforeDurable") {
  const journal = new Journal(mutant);
  const effects: ManagerEffect[] = [];
  const ran: string[] = [];
  const append = (name: string, ...records: readonly LogRecord[]) => {
    journal.append(
      records,
      (effect) => effects.push(effect),
      () => ran.push(name),
    );
  };
  const whenAll = (name: string) => journal.afterAll(() => ran.push(name));
  return { journal, effects, ran, append, whenAll };
}

describe("journal", () => {
  it("has records stored as they come, and runs what waits for them once they are durable, in their order", () => {
    const { journal, effects, ran, append } = aJournal();
    append("a", commit(1), commit(2));
    append("b", commit(3));
    append("c", commit(4));
    expect(effects).to.deep.equal([
      { kind: "append", records: [commit(1), commit(2)] },
      { kind: "append", records: [commit(3)] },
      { kind: "append", records: [commit(4)] },
    ]);
    journal.onAppended(1);
    expect(ran).to.deep.equal([]);
    journal.onAppended(3);
    expect(ran).to.deep.equal(["a", "b"]);
    journal.onAppended(4);
    expect(ran).to.deep.equal(["a", "b", "c"]);
  });

  it("runs at once what waits for nothing", () => {
    const { journal, ran, append, whenAll } = aJournal();
    whenAll("a");
    append("b", commit(1));
    whenAll("c");
    expect(ran).to.deep.equal(["a"]);
    journal.onAppended(1);
    whenAll("d");
    expect(ran).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("waits for all that was appended before, not only for a part of it", () => {
    const { journal, ran, append, whenAll } = aJournal();
    append("a", commit(1));
    append("b", commit(2));
    whenAll("c");
    journal.onAppended(1);
    expect(ran).to.deep.equal(["a"]);
    journal.onAppended(2);
    expect(ran).to.deep.equal(["a", "b", "c"]);
  });

  it("forgets nothing when it is told less than before", () => {
    const { journal, ran, append, whenAll } = aJournal();
    append("a", commit(1));
    append("b", commit(2));
    journal.onAppended(2);
    journal.onAppended(1);
    whenAll("c");
    expect(ran).to.deep.equal(["a", "b", "c"]);
  });

  it("takes what is appended while it says what is durable", () => {
    const { journal, ran, append } = aJournal();
    journal.append(
      [commit(1)],
      () => {},
      () => append("later", commit(2)),
    );
    journal.onAppended(1);
    expect(ran).to.deep.equal([]);
    journal.onAppended(2);
    expect(ran).to.deep.equal(["later"]);
  });

  it("never takes for durable what was not appended, and appends no nothing", () => {
    const { journal, append } = aJournal();
    append("a", commit(1));
    expect(() => journal.onAppended(2)).to.throw(AssertionFailed, "only what was appended");
    expect(() => append("b")).to.throw(AssertionFailed, "something is appended");
  });

  it("waits for no disk only where a test left that rule out, and then for entries alone", () => {
    const { ran, append } = aJournal("replyBeforeDurable");
    append("promise", { kind: "promise", epoch: anEpoch() });
    append("entry", { kind: "entry", ...anEntry(1) });
    expect(ran).to.deep.equal(["entry"]);
  });
});
