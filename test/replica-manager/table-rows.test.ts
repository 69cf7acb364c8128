import { expect } from "chai";
import fc from "fast-check";
import { sha256 } from "../../io/sha256.ts";
import { ByteWriter } from "../../protocol/bytes.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { operations } from "../../protocol/operation.ts";
import { encodeKey, hashKey } from "../../replica-manager/table-key.ts";
import { closeRows, type TableRow, TableRows } from "../../replica-manager/table-rows.ts";
import { smallTable } from "./a-change.ts";

const aDigest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("hex"));
const anId = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
const aRow = fc.record({
  n: fc.integer({ min: 1, max: 2 ** 40 }),
  time: fc.maxSafeNat(),
  historyDigest: aDigest,
  contentDigest: aDigest,
  operation: fc.constantFrom(...operations),
  caller: anId,
  requestId: anId,
  result: fc.string({ unit: "binary", maxLength: 400 }),
});
const someRows = fc
  .uniqueArray(aRow, { minLength: 1, maxLength: 12, selector: (row) => row.n })
  .map((rows) => rows.sort((a, b) => a.n - b.n));

const close = (rows: readonly TableRow[], partBytesMax = smallTable.partBytesMax) =>
  closeRows(rows, 7, genesisDigest, { limits: { ...smallTable, partBytesMax }, sha256 });

describe("table rows", () => {
  it("are read as they were written, all at once, by number, and by their keys alone", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const [closed] = close(rows, Number.POSITIVE_INFINITY);
        expect(closed?.decoded()).to.deep.equal(rows);
        expect(rows.map(({ n }) => closed?.rowOf(n))).to.deep.equal(rows);
        const keys = rows.map((row) => encodeKey(new ByteWriter(), row));
        expect(rows.map((_, index) => closed?.keyAt(index))).to.deep.equal(keys);
        expect(rows.map((_, index) => closed?.hashAt(index))).to.deep.equal(
          keys.map((key) => hashKey(key, 0, key.length)),
        );
        for (const { n } of rows) {
          // One request id may come from the same caller in several of these rows.
          const same = keys.filter((key) => Buffer.compare(key, keys[rows.findIndex((row) => row.n === n)]!) === 0);
          expect(keys.filter((key) => closed?.hasKey(n, key))).to.deep.equal(same);
        }
        expect(rows.map((_, index) => closed?.numberAt(index))).to.deep.equal(rows.map(({ n }) => n));
      }),
    );
  });

  it("are split where they are longer than a part may be, linked, with one time", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const closed = close(rows);
        expect(closed.flatMap((one) => one.decoded())).to.deep.equal(rows);
        let before = genesisDigest;
        for (const [index, { interval, length }] of closed.entries()) {
          expect([interval.before, interval.time, interval.rows]).to.deep.equal([before, 7, length]);
          before = interval.digest;
          const last = closed[index]?.rowAt(length - 1);
          const beforeLast = interval.bytes.length - rowBytes(last);
          // Only the row that comes last goes beyond, and but for the last interval none ends before.
          expect(beforeLast).to.be.lessThan(smallTable.partBytesMax);
          if (index < closed.length - 1) expect(interval.bytes.length).to.be.at.least(smallTable.partBytesMax);
        }
      }),
    );
  });

  it("are the same bytes when what was read is written again", () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        for (const { interval } of close(rows)) {
          const decoded = TableRows.read(interval)?.decoded() ?? [];
          const [again] = closeRows(decoded, interval.time, interval.before, {
            limits: { ...smallTable, partBytesMax: Number.POSITIVE_INFINITY },
            sha256,
          });
          expect(again?.interval).to.deep.equal(interval);
        }
      }),
    );
  });

  it("refuse bytes of any other form, and never throw", () => {
    fc.assert(
      fc.property(someRows, fc.nat(), fc.integer({ min: 1, max: 255 }), (rows, at, change) => {
        const [closed] = close(rows, Number.POSITIVE_INFINITY);
        if (closed === undefined) throw new Error("there are rows");
        const { interval } = closed;
        const bytes = interval.bytes.slice();
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
        // Which of them fit the form all the same is for the digest to tell.
        TableRows.read({ ...interval, bytes });
        expect(TableRows.read({ ...interval, bytes: bytes.subarray(0, at % bytes.length) })).to.equal(undefined);
      }),
      { numRuns: 500 },
    );
  });

  for (const [what, other] of [
    ["no rows", { rows: 0 }],
    ["more rows than bytes", { rows: 2 ** 32 - 1 }],
    ["fewer rows than there are", { rows: 1 }],
    ["another number", { n: 3 }],
    ["another time", { time: 8 }],
    ["no bytes", { bytes: new Uint8Array(0) }],
  ] as const) {
    it(`are refused where an interval says ${what}`, () => {
      const [closed] = close([fixedRow(1), fixedRow(2)]);
      expect(closed && TableRows.read(closed.interval)).to.not.equal(undefined);
      expect(closed && TableRows.read({ ...closed.interval, ...other })).to.equal(undefined);
    });
  }

  it("are refused where there are none, or more bytes than theirs", () => {
    const [closed] = close([fixedRow(1)]);
    if (closed === undefined) throw new Error("there is a row");
    const { interval } = closed;
    expect(TableRows.read({ ...interval, n: 0, rows: 0, bytes: interval.bytes.slice(0, 8) })).to.equal(undefined);
    expect(TableRows.read({ ...interval, bytes: Uint8Array.of(...interval.bytes, 0) })).to.equal(undefined);
  });

  it("are refused when an id is no text, and read when it is one of any letters", () => {
    const [closed] = close([{ ...fixedRow(1), caller: "Zoë", requestId: "größe" }]);
    expect(closed?.rowAt(0)).to.deep.include({ caller: "Zoë", requestId: "größe" });
    for (const at of [8 + 81 + 4 + 3, 8 + 81 + 4 + 4 + 4 + 3]) {
      const bytes = closed?.interval.bytes.slice();
      if (closed === undefined || bytes === undefined) throw new Error("there is a row");
      expect(bytes[at]).to.be.greaterThan(0x7f);
      bytes[at] = 0x41;
      expect(TableRows.read({ ...closed.interval, bytes })).to.equal(undefined);
    }
  });

  it("are refused when they are not in the order of their numbers, or of no operation", () => {
    expect(() => close([fixedRow(2), fixedRow(1)])).to.throw("can be read");
    const [closed] = close([fixedRow(1)]);
    if (closed === undefined) throw new Error("there is a row");
    const bytes = closed.interval.bytes.slice();
    bytes[8 + 80] = operations.length;
    expect(TableRows.read({ ...closed.interval, bytes })).to.equal(undefined);
  });
});

function fixedRow(n: number): TableRow {
  const [historyDigest, contentDigest] = [sha256(`h${n}`), sha256(`c${n}`)];
  const ids = { caller: "ATWC1000", requestId: `r${n}` };
  return { n, time: 7, historyDigest, contentDigest, operation: "bookMovieTickets", ...ids, result: "ok" };
}

function rowBytes(row: TableRow | undefined): number {
  if (row === undefined) throw new Error("an interval has a last row");
  return 81 + 12 + row.caller.length + row.requestId.length + Buffer.byteLength(row.result);
}
