import { expect } from "chai";
import fc from "fast-check";
import { sha256 } from "../../io/sha256.ts";
import { ByteWriter } from "../../protocol/bytes.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { TableIndex } from "../../replica-manager/table-index.ts";
import { encodeKey, hashKey } from "../../replica-manager/table-key.ts";
import { closeRows, type TableRow, type TableRows } from "../../replica-manager/table-rows.ts";
import { smallTable } from "./a-change.ts";

const keyOf = (requestId: string) => encodeKey(new ByteWriter(), { caller: "ATWC1000", requestId });
const hashOf = (requestId: string) => hashKey(keyOf(requestId), 0, keyOf(requestId).length);

/** Rows of these ids, numbered on from `first`. */
function rowsOf(requestIds: readonly string[], first: number): TableRows {
  const rows = requestIds.map((requestId, index): TableRow => {
    const digests = { historyDigest: genesisDigest, contentDigest: genesisDigest };
    const ids = { caller: "ATWC1000", requestId };
    return { n: first + index, time: 7, ...digests, operation: "bookMovieTickets", ...ids, result: "" };
  });
  const limits = { ...smallTable, partBytesMax: Number.POSITIVE_INFINITY };
  const [closed] = closeRows(rows, 7, genesisDigest, { limits, sha256 });
  if (closed === undefined) throw new Error("there are rows");
  return closed;
}

/** An index of rows that are kept beside it. */
class KeptIndex {
  readonly all: TableRows[] = [];
  readonly index = new TableIndex((key, n) => {
    const rows = this.all.find(({ interval, length }) => n <= interval.n && n > interval.n - length);
    return rows?.hasKey(n, key) === true;
  });

  add(requestIds: readonly string[]): TableRows {
    const rows = rowsOf(requestIds, 1 + (this.all.at(-1)?.interval.n ?? 0));
    this.all.push(rows);
    this.index.setRows(rows);
    return rows;
  }

  find(requestId: string): number | undefined {
    return this.index.find({ caller: "ATWC1000", requestId });
  }
}

/** So many ids that stand in one bucket of 2048, and so in one of any smaller number. */
function crowd(count: number): readonly string[] {
  const ids: string[] = [];
  for (let at = 0; ids.length < count; at++) if ((hashOf(`c${at}`) & 2047) === 5) ids.push(`c${at}`);
  return ids;
}

const someIds = fc.array(
  fc.nat(30).map((id) => `r${id}`),
  { minLength: 1, maxLength: 40 },
);

describe("table index", () => {
  it("knows of each id the number of the last row that was added and not taken out", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(someIds, fc.boolean(), fc.nat()), { maxLength: 12 }), (steps) => {
        const [kept, expected] = [new KeptIndex(), new Map<string, number>()];
        for (const [requestIds, isOneByOne, pick] of steps) {
          const rows = isOneByOne ? rowsOf(requestIds, 1 + (kept.all.at(-1)?.interval.n ?? 0)) : kept.add(requestIds);
          if (isOneByOne) {
            kept.all.push(rows);
            for (const row of rows.decoded()) kept.index.set(row);
          }
          for (const { requestId, n } of rows.decoded()) expected.set(requestId, n);
          const gone = kept.all[pick % kept.all.length] as TableRows;
          for (const [index, { requestId, n }] of gone.decoded().entries()) {
            const isKnown = expected.get(requestId) === n;
            expect(kept.index.deleteRow(gone, index)).to.equal(isKnown);
            if (isKnown) expected.delete(requestId);
          }
          expect(kept.index.size).to.equal(expected.size);
          for (let id = 0; id <= 30; id++) expect(kept.find(`r${id}`)).to.equal(expected.get(`r${id}`));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("grows with its rows and finds all of them", () => {
    const kept = new KeptIndex();
    const ids = Array.from({ length: 20_000 }, (_, index) => `r${index}`);
    for (let at = 0; at < ids.length; at += 2000) kept.add(ids.slice(at, at + 2000));
    expect(kept.index.size).to.equal(20_000);
    expect(ids.every((id, index) => kept.find(id) === index + 1)).to.equal(true);
    expect(kept.find("r20000")).to.equal(undefined);
  });

  it("holds more ids of one bucket than that has places, also when some go, come again, and it grows", () => {
    const [kept, ids] = [new KeptIndex(), crowd(40)];
    const rows = kept.add(ids);
    expect(kept.index.size).to.equal(40);
    expect(ids.map((id) => kept.find(id))).to.deep.equal(ids.map((_, index) => index + 1));
    for (const index of [3, 4, 30, 31]) expect(kept.index.deleteRow(rows, index)).to.equal(true);
    for (const index of [3, 31]) expect(kept.index.deleteRow(rows, index)).to.equal(false);
    const goneIds = [3, 4, 30, 31].map((index) => ids[index] as string);
    expect(goneIds.map((id) => kept.find(id))).to.deep.equal([undefined, undefined, undefined, undefined]);
    kept.add([...goneIds, ids[0] as string, ids[39] as string]);
    kept.add(Array.from({ length: 3000 }, (_, index) => `r${index}`));
    const expected = new Map(ids.map((id, index) => [id, index + 1]));
    for (const [index, id] of [...goneIds, ids[0] as string, ids[39] as string].entries()) expected.set(id, 41 + index);
    expect(ids.map((id) => kept.find(id))).to.deep.equal(ids.map((id) => expected.get(id)));
    expect(kept.index.size).to.equal(3040);
  });

  it("tells ids of one hash apart", () => {
    const byHash = new Map<number, string>();
    let pair: readonly [string, string] | undefined;
    for (let at = 0; pair === undefined; at++) {
      const [id, hash] = [`r${at}`, hashOf(`r${at}`)];
      const other = byHash.get(hash);
      if (other !== undefined) pair = [other, id];
      byHash.set(hash, id);
    }
    const kept = new KeptIndex();
    kept.add([pair[0]]);
    expect([kept.find(pair[0]), kept.find(pair[1])]).to.deep.equal([1, undefined]);
    const second = kept.add([pair[1]]);
    expect([kept.find(pair[0]), kept.find(pair[1]), kept.index.size]).to.deep.equal([1, 2, 2]);
    kept.index.deleteRow(second, 0);
    expect([kept.find(pair[0]), kept.find(pair[1])]).to.deep.equal([1, undefined]);
  });
});
