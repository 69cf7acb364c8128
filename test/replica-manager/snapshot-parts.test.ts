import { expect } from "chai";
import fc from "fast-check";
import { genesisDigest } from "../../protocol/history.ts";
import type { Snapshot } from "../../replica-manager/effect.ts";
import { countParts, partsMax, snapshotPart } from "../../replica-manager/snapshot-parts.ts";
import { aChange, aCheckpoint, aTable, execute, executeAll, smallTable } from "./a-change.ts";
import { aRequest } from "./an-entry.ts";

const aSnapshot = (state: string): Snapshot => ({ digests: aCheckpoint(9, state, genesisDigest), time: 9, state });

describe("snapshot parts", () => {
  it("are pieces of the state within their size that never cut a character in two", () => {
    const limits = { ...smallTable, partBytesMax: 5 };
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const snapshot = aSnapshot(text);
        const count = countParts(snapshot, [], limits);
        const pieces = Array.from({ length: count }, (_, part) => snapshotPart(snapshot, [], part, limits)?.content);
        const texts = pieces.map((piece) => (piece?.kind === "state" ? piece.text : expect.fail("a piece is missing")));
        expect(count).to.be.at.least(1);
        expect(texts.join("")).to.equal(snapshot.state);
        for (const piece of texts) {
          expect(Buffer.from(piece).toString()).to.equal(piece);
          expect(piece.length).to.be.at.most(5);
          if (count > 1) expect(piece.length).to.be.at.least(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("are the state first, then each interval of the client table, with all that tells them apart", () => {
    const table = aTable();
    for (const n of [1, 2]) executeAll(table, [n]);
    const snapshot = aSnapshot("x".repeat(500));
    const intervals = table.intervalsAt(2, 2);
    const parts = [0, 1, 2, 3, 4].map((part) => snapshotPart(snapshot, intervals, part, smallTable));
    expect(parts.map((part) => part?.content)).to.deep.equal([
      { kind: "state", text: "x".repeat(399) },
      { kind: "state", text: "x".repeat(101) },
      { kind: "interval", ...intervals[0] },
      { kind: "interval", ...intervals[1] },
      undefined,
    ]);
    expect(parts[2]).to.deep.include({ kind: "snapshot", ...snapshot.digests, time: 9, part: 2, parts: 4 });
  });

  it("are no more than the largest state and a full table have", () => {
    const limits = { ...smallTable, stateCharsMax: 998, clientTableEntriesMax: 2 };
    expect(partsMax(limits)).to.equal(6);
    const table = aTable({ clientTableEntriesMax: 2 });
    executeAll(table, [1]);
    table.mark(2, 102);
    for (const n of [102, 103]) {
      execute(table, aChange(n, aRequest(`r${n}`, 1, n)));
      table.mark(n, n);
    }
    expect(table.rows).to.equal(2);
    expect(countParts(aSnapshot("x".repeat(998)), table.intervalsAt(103, 103), limits)).to.equal(6);
  });
});
