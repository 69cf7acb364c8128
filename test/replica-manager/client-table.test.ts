import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import type { Entry } from "../../protocol/entry.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import { anEntry, aRequest } from "./an-entry.ts";

const tableWith = (limits: Partial<Limits> = {}) => new ClientTable({ ...defaultLimits, ...limits }, sha256);

function execute(table: ClientTable, entry: Entry, result = `result ${entry.n}`): void {
  const admission = table.admit(entry);
  if (admission.kind !== "execute") throw new Error(admission.kind);
  table.record(admission.registered, result);
}

describe("client table", () => {
  it("has a request executed the first time and quoted after that", () => {
    const table = tableWith();
    execute(table, anEntry(1, aRequest("a")));
    const again = table.admit(anEntry(2, aRequest("a")));
    expect(again).to.deep.include({ kind: "quote" });
    expect(again.kind === "quote" && again.registered).to.deep.include({
      n: 1,
      historyDigest: "h1",
      result: "result 1",
    });
  });

  it("quotes a request that is being worked on", () => {
    const table = tableWith();
    table.admit(anEntry(1, aRequest("a")));
    expect(table.admit(anEntry(2, aRequest("a")))).to.deep.include({ kind: "quote" });
  });

  it("refuses an id that comes again with another content, and keeps ids of different callers apart", () => {
    const table = tableWith();
    execute(table, anEntry(1, aRequest("a")));
    expect(table.admit(anEntry(2, aRequest("a", 2)))).to.deep.equal({ kind: "reused" });
    expect(table.admit(anEntry(3, { ...aRequest("a"), caller: "ATWC2000" }))).to.deep.include({ kind: "execute" });
  });

  it("refuses what was issued more than the horizon ago", () => {
    const table = tableWith({ clientHorizonMs: 100 });
    expect(table.admit(anEntry(1, aRequest("a", 1, 0), 101))).to.deep.equal({ kind: "tooOld" });
    expect(table.admit(anEntry(2, aRequest("a", 1, 0), 100))).to.deep.include({ kind: "execute" });
  });

  it("refuses a new id when it is full, and still quotes", () => {
    const table = tableWith({ clientTableEntriesMax: 2 });
    execute(table, anEntry(1, aRequest("a")));
    execute(table, anEntry(2, aRequest("b")));
    expect(table.admit(anEntry(3, aRequest("c")))).to.deep.equal({ kind: "full" });
    expect(table.admit(anEntry(4, aRequest("a")))).to.deep.include({ kind: "quote" });
  });

  it("forgets only by log time, at a checkpoint, after two horizons", () => {
    const table = tableWith({ clientHorizonMs: 100 });
    execute(table, anEntry(1, aRequest("a"), 50));
    table.forget(250);
    expect(table.find(aRequest("a"), 1)).to.deep.include({ n: 1 });
    table.forget(251);
    expect(table.find(aRequest("a"), 1)).to.equal(undefined);
  });

  it("refuses a late duplicate of what it forgot", () => {
    const table = tableWith({ clientHorizonMs: 100 });
    execute(table, anEntry(1, aRequest("a", 1, 50), 50));
    table.forget(251);
    expect(table.admit(anEntry(2, aRequest("a", 1, 50), 251))).to.deep.equal({ kind: "tooOld" });
  });

  it("knows at a number only what came up to it", () => {
    const table = tableWith();
    execute(table, anEntry(3, aRequest("a")));
    expect(table.find(aRequest("a"), 2)).to.equal(undefined);
    expect(table.find(aRequest("a"), 3)).to.deep.include({ n: 3 });
  });

  it("has one digest for the same results and another for any other", () => {
    const digestOf = (...results: readonly string[]) => {
      const table = tableWith();
      for (const [index, result] of results.entries()) execute(table, anEntry(index + 1), result);
      return table.checkpoint();
    };
    expect(digestOf("x", "y")).to.equal(digestOf("x", "y"));
    expect(digestOf("x", "y")).to.not.equal(digestOf("x", "z"));
    expect(digestOf("x", "y")).to.not.equal(digestOf("y", "x"));
    expect(digestOf("x")).to.not.equal(digestOf("x", "y"));
  });

  it("goes on from a snapshot as if it had executed it all", () => {
    const [whole, restored] = [tableWith(), tableWith()];
    for (const n of [1, 2]) execute(whole, anEntry(n));
    restored.restore(whole.upTo(2), whole.checkpoint());
    execute(whole, anEntry(3));
    execute(restored, anEntry(3));
    expect(restored.upTo(3)).to.deep.equal(whole.upTo(3));
    expect(restored.checkpoint()).to.equal(whole.checkpoint());
    expect(restored.admit(anEntry(4, aRequest("r1")))).to.deep.include({ kind: "quote" });
  });

  it("gives a snapshot what was executed up to its number only", () => {
    const table = tableWith();
    for (const n of [1, 2, 3]) execute(table, anEntry(n));
    expect(table.upTo(2).map((one) => one.n)).to.deep.equal([1, 2]);
    table.admit(anEntry(4));
    expect(() => table.upTo(4)).to.throw("what a checkpoint covers was executed");
  });

  it("records one result for a change", () => {
    const table = tableWith();
    const admission = table.admit(anEntry(1));
    if (admission.kind !== "execute") throw new Error(admission.kind);
    table.record(admission.registered, "x");
    expect(() => table.record(admission.registered, "y")).to.throw("one result");
  });
});
