import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { tableDigest } from "../../protocol/table-interval.ts";
import { ClientTable } from "../../replica-manager/client-table.ts";
import { aChange, aTable, execute, executeAll, smallTable } from "./a-change.ts";
import { aRequest } from "./an-entry.ts";

describe("client table", () => {
  it("has a request executed the first time and quoted after that, from an open span and from a closed one", () => {
    const table = aTable();
    execute(table, aChange(1, aRequest("a")));
    for (const n of [2, 4]) {
      const again = table.admit(aChange(n, aRequest("a")));
      expect(again.kind === "quote" && again.registered).to.deep.include({
        n: 1,
        historyDigest: aChange(1).historyDigest,
        operation: "bookMovieTickets",
        caller: "ATWC1000",
        requestId: "a",
        result: "result 1",
      });
      table.mark(n, n);
    }
  });

  it("quotes a request that is being worked on, with its result once that is there", () => {
    const table = aTable();
    const first = table.admit(aChange(1, aRequest("a")));
    const again = table.admit(aChange(2, aRequest("a")));
    table.mark(2, 2);
    if (first.kind !== "execute" || again.kind !== "quote") throw new Error(again.kind);
    table.record(first.registered, "x");
    expect(again.registered.result).to.equal("x");
  });

  it("refuses an id that comes again with another content, and keeps ids of different callers apart", () => {
    const table = aTable();
    executeAll(table, [1]);
    expect(table.admit(aChange(2, aRequest("r1", 2)))).to.deep.equal({ kind: "reused" });
    expect(table.admit(aChange(3, { ...aRequest("r1"), caller: "ATWC2000" }))).to.deep.include({ kind: "execute" });
  });

  for (const [skewMs, kind] of [
    [-101, "tooOld"],
    [-100, "execute"],
    [100, "execute"],
    [101, "tooOld"],
  ] as const) {
    it(`answers ${kind} to what was issued ${skewMs} ms from its number, at a horizon of 100`, () => {
      expect(aTable().admit(aChange(1, aRequest("a", 1, 1000 + skewMs), 1000)).kind).to.equal(kind);
    });
  }

  it("refuses a new id when it is full, still quotes, and has room again when it has forgotten", () => {
    const table = aTable({ clientTableEntriesMax: 2 });
    executeAll(table, [1, 2]);
    expect(table.admit(aChange(3))).to.deep.equal({ kind: "full" });
    expect(table.admit(aChange(4, aRequest("r1")))).to.deep.include({ kind: "quote" });
    table.mark(5, 103);
    expect(table.admit(aChange(6, aRequest("c", 1, 103), 103))).to.deep.include({ kind: "execute" });
  });

  it("forgets whole spans, at a mark, when the last that was numbered or issued is out of the horizon", () => {
    const table = aTable();
    execute(table, aChange(1, aRequest("a"), 50));
    execute(table, aChange(2, aRequest("b", 1, 70), 60));
    table.mark(2, 60);
    table.mark(3, 170);
    expect(table.find(aRequest("a"), 3)).to.deep.include({ n: 1, time: 50 });
    expect(table.find(aRequest("b"), 3)).to.deep.include({ n: 2, time: 70 });
    table.mark(4, 171);
    expect([table.find(aRequest("a"), 4), table.rows]).to.deep.equal([undefined, 0]);
  });

  it("forgets what has no result yet as it forgets all else", () => {
    const table = aTable();
    const admission = table.admit(aChange(1));
    table.mark(2, 102);
    expect(table.rows).to.equal(0);
    if (admission.kind === "execute") table.record(admission.registered, "x");
    expect([table.rows, table.intervalsAt(2, 102).length]).to.deep.equal([0, 1]);
    expect(table.admit(aChange(3, aRequest("r1"), 102))).to.deep.equal({ kind: "tooOld" });
  });

  it("knows at a number only what came up to it", () => {
    const table = aTable();
    executeAll(table, [3]);
    expect(table.find(aRequest("r3"), 2)).to.equal(undefined);
    expect(table.find(aRequest("r3"), 3)).to.deep.include({ n: 3 });
  });

  it("ends an interval at each mark and after so many changes", () => {
    const table = aTable();
    executeAll(table, [1, 2, 3, 4]);
    executeAll(table, [5]);
    expect(table.intervalsAt(5, 5).map(({ n, rows, time }) => [n, rows, time])).to.deep.equal([
      [3, 3, 3],
      [4, 1, 4],
      [5, 1, 5],
    ]);
  });

  it("links its intervals by their digests, from the genesis on", () => {
    const table = aTable();
    expect([table.checkpoint(0), table.intervalsAt(0, 0)]).to.deep.equal([genesisDigest, []]);
    executeAll(table, [1, 2, 3, 4]);
    let digest = genesisDigest;
    for (const interval of table.intervalsAt(4, 4)) {
      expect(interval.before).to.equal(digest);
      digest = tableDigest(sha256, digest, interval.bytes);
      expect(interval.digest).to.equal(digest);
    }
    expect([table.checkpoint(4), table.digestAt(0)]).to.deep.equal([digest, genesisDigest]);
  });

  it("has one digest for the same results and another for any other", () => {
    const digestOf = (...results: readonly string[]) => {
      const table = aTable();
      for (const [index, result] of results.entries()) execute(table, aChange(index + 1), result);
      table.mark(9, 9);
      return table.checkpoint(9);
    };
    expect(digestOf("x", "y")).to.equal(digestOf("x", "y"));
    const different = [digestOf("x", "y"), digestOf("x", "z"), digestOf("y", "x"), digestOf("x"), digestOf()];
    expect(new Set(different).size).to.equal(5);
  });

  it("has no digest at a mark while a result before it is missing", () => {
    const table = aTable();
    const admission = table.admit(aChange(1));
    table.mark(1, 1);
    expect(table.digestAt(1)).to.equal(undefined);
    expect(() => table.checkpoint(1)).to.throw("was executed");
    expect(() => table.intervalsAt(1, 1)).to.throw("was executed");
    expect(() => table.rollback(1, 1)).to.throw("was executed");
    if (admission.kind === "execute") table.record(admission.registered, "x");
    expect(table.digestAt(1)).to.equal(table.checkpoint(1));
  });

  it("gives a mark what was executed up to it only", () => {
    const table = aTable();
    executeAll(table, [1, 2]);
    const [digest, intervals] = [table.checkpoint(2), table.intervalsAt(2, 2)];
    executeAll(table, [3, 4]);
    expect([table.checkpoint(2), table.intervalsAt(2, 2)]).to.deep.equal([digest, intervals]);
  });

  it("records one result for a change, in the order of admission", () => {
    const table = aTable();
    const [one, two] = [table.admit(aChange(1)), table.admit(aChange(2))];
    if (one.kind !== "execute" || two.kind !== "execute") throw new Error("both are new");
    expect(() => table.record(two.registered, "x")).to.throw("in the order of admission");
    table.record(one.registered, "x");
    expect(() => table.record(one.registered, "y")).to.throw("recorded once");
  });

  it("remembers a result that is larger than any may be as one that is too large", () => {
    const table = aTable({ resultCharsMax: 5 });
    execute(table, aChange(1), "12345");
    execute(table, aChange(2), "123456");
    table.mark(2, 2);
    expect(table.find(aRequest("r1"), 2)?.result).to.equal("12345");
    expect(table.find(aRequest("r2"), 2)?.result).to.equal('{"refused":"RESULT_TOO_LARGE"}');
  });

  it("counts changes and bytes", () => {
    const table = aTable();
    expect([table.rows, table.bytes]).to.deep.equal([0, 0]);
    executeAll(table, [1, 2]);
    const [interval] = table.intervalsAt(2, 2);
    expect([table.rows, table.bytes]).to.deep.equal([2, interval?.bytes.length]);
  });

  it("keeps one interval that is out of the horizon, to prove by it that nothing before is missing", () => {
    const table = aTable();
    for (const n of [1, 2, 3]) executeAll(table, [n]);
    table.mark(9, 1000);
    expect(table.intervalsAt(9, 1000).map(({ n }) => n)).to.deep.equal([3]);
    const other = aTable();
    expect(other.restore([], table.checkpoint(9), 9, 1000)).to.equal(false);
    expect(other.restore(table.intervalsAt(9, 1000), table.checkpoint(9), 9, 1000)).to.equal(true);
    expect([other.rows, other.checkpoint(9)]).to.deep.equal([0, table.checkpoint(9)]);
  });

  it("lets go of what no snapshot needs, and of nothing else", () => {
    const table = aTable();
    for (const n of [1, 2, 3]) executeAll(table, [n]);
    table.mark(9, 103);
    const atThree = table.intervalsAt(3, 3);
    table.release(3);
    expect(table.intervalsAt(3, 3)).to.deep.equal(atThree);
    table.release(103);
    expect(table.intervalsAt(9, 103).map(({ n }) => n)).to.deep.equal([2, 3]);
    expect(() => table.intervalsAt(3, 3)).to.throw("while it is kept");
    expect(() => table.rollback(3, 3)).to.throw("goes back to what is kept");
    expect(table.digestAt(1)).to.equal(undefined);
    table.release(1000);
    expect(table.intervalsAt(9, 103).map(({ n }) => n)).to.deep.equal([2, 3]);
  });

  it("cannot go back, nor tell a table, before what it was restored from", () => {
    const [whole, table] = [aTable(), aTable()];
    for (const n of [1, 2, 3]) executeAll(whole, [n]);
    whole.mark(9, 103);
    expect(table.restore(whole.intervalsAt(9, 103), whole.checkpoint(9), 9, 103)).to.equal(true);
    expect(table.digestAt(1)).to.equal(undefined);
    expect(() => table.intervalsAt(3, 3)).to.throw("while it is kept");
    expect(() => table.rollback(3, 3)).to.throw("goes back to what is kept");
  });

  it("gives the disk all that is kept, without a gap", () => {
    const table = aTable();
    for (const n of [1, 2, 3]) executeAll(table, [n]);
    table.mark(9, 1000);
    expect(table.intervalsUpTo(9).map(({ n }) => n)).to.deep.equal([1, 2, 3]);
    expect(table.intervalsUpTo(2).map(({ n }) => n)).to.deep.equal([1, 2]);
    const admission = table.admit(aChange(10, aRequest("a", 1, 1000), 1000));
    expect(() => table.intervalsUpTo(10)).to.throw("was executed");
    expect(admission.kind).to.equal("execute");
  });

  it("takes marks in their order only, and knows no more at one whose time went back", () => {
    const table = aTable();
    execute(table, aChange(2));
    expect(() => table.mark(1, 2)).to.throw("comes up in the order");
    table.mark(2, 2);
    table.mark(3, 103);
    table.mark(4, 50);
    expect(table.rows).to.equal(0);
    table.rollback(2, 2);
    expect(table.find(aRequest("r2"), 2)).to.deep.include({ n: 2 });
  });

  it("becomes empty when it goes back to the beginning, whatever it let go of", () => {
    const table = aTable();
    for (const n of [1, 2, 3]) executeAll(table, [n]);
    table.mark(9, 1000);
    table.release(1000);
    table.rollback(0, 0);
    expect([table.rows, table.bytes, table.checkpoint(0)]).to.deep.equal([0, 0, genesisDigest]);
    executeAll(table, [1]);
    const other = aTable();
    executeAll(other, [1]);
    expect(table.checkpoint(1)).to.equal(other.checkpoint(1));
  });

  for (const [what, of] of [
    ["a byte is another", (whole) => whole.map((one, at) => (at === 1 ? { ...one, bytes: flipped(one.bytes) } : one))],
    ["the order is another", (whole) => whole.toReversed()],
    ["the end is missing", (whole) => whole.slice(0, -1)],
    ["the beginning is missing", (whole) => whole.slice(1)],
    ["one between is missing", (whole) => whole.toSpliced(1, 1)],
    ["a number is another", (whole) => whole.map((one) => ({ ...one, n: one.n + 1 }))],
    ["a time is another", (whole) => whole.map((one) => ({ ...one, time: one.time - 1 }))],
    ["a count is another", (whole) => whole.map((one) => ({ ...one, rows: one.rows + 1 }))],
    ["a digest is another", (whole) => whole.map((one) => ({ ...one, digest: sha256("x") }))],
    ["there is nothing", () => []],
  ] as readonly (readonly [string, (whole: ReturnType<ClientTable["intervalsAt"]>) => typeof whole])[]) {
    it(`is not restored, and stays as it was, when ${what}`, () => {
      const [whole, table] = [aTable(), aTable()];
      for (const n of [1, 2, 3]) executeAll(whole, [n]);
      executeAll(table, [7]);
      expect(table.restore(of(whole.intervalsAt(3, 3)), whole.checkpoint(3), 3, 3)).to.equal(false);
      expect(table.find(aRequest("r7"), 7)).to.deep.include({ n: 7 });
      expect([table.rows, table.checkpoint(7)]).to.deep.equal([1, table.intervalsAt(7, 7)[0]?.digest]);
      expect(table.restore(whole.intervalsAt(3, 3), whole.checkpoint(3), 3, 3)).to.equal(true);
    });
  }

  it("knows nothing of what it knew before it was restored, with a result or without", () => {
    const [whole, table] = [aTable(), aTable()];
    executeAll(whole, [1]);
    executeAll(table, [7]);
    execute(table, aChange(8));
    table.admit(aChange(9));
    expect(table.restore(whole.intervalsAt(1, 1), whole.checkpoint(1), 1, 1)).to.equal(true);
    const known = [1, 7, 8, 9].filter((n) => table.find(aRequest(`r${n}`), 9) !== undefined);
    expect([known, table.rows]).to.deep.equal([[1], 1]);
  });

  it("is not restored at a number that it goes beyond", () => {
    const whole = aTable();
    executeAll(whole, [1, 2]);
    expect(aTable().restore(whole.intervalsAt(2, 2), whole.checkpoint(2), 1, 2)).to.equal(false);
  });

  it("takes back nothing as the mutant keepTable, which quotes what was undone", () => {
    const table = new ClientTable(smallTable, sha256, "keepTable");
    executeAll(table, [1]);
    executeAll(table, [2]);
    execute(table, aChange(3));
    table.admit(aChange(4));
    table.rollback(1, 1);
    const kinds = [2, 3, 4].map((n) => table.admit(aChange(n + 10, aRequest(`r${n}`))).kind);
    expect(kinds).to.deep.equal(["quote", "quote", "execute"]);
  });

  it("executes what it forgot once more as the mutant forgetfulTable, when it is full", () => {
    const table = new ClientTable({ ...smallTable, clientTableEntriesMax: 2 }, sha256, "forgetfulTable");
    executeAll(table, [1, 2, 3]);
    expect(table.admit(aChange(4, aRequest("r1"))).kind).to.equal("execute");
    expect(table.rows).to.equal(2);
  });
});

function flipped(bytes: Uint8Array): Uint8Array {
  const other = bytes.slice();
  other[20] = (other[20] ?? 0) ^ 1;
  return other;
}
