import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as fc from "fast-check";
import { SnapshotFileError } from "../../cluster/sealed-lines.ts";
import { readSnapshotFile, type WholeCheckpoint, writeSnapshotFile } from "../../cluster/snapshot-file.ts";
import { sha256 } from "../../io/sha256.ts";
import { aCheckpoint, aRow, aTable } from "./a-checkpoint.ts";

const source = { agreedBy: [1, 3], versions: { quartet: "1.2.3" } } as const;

describe("a snapshot file", () => {
  let folder = "";
  let path = "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-snapshot-"));
    path = join(folder, "snapshot.json");
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(checkpoint: WholeCheckpoint): string {
    writeSnapshotFile(path, checkpoint, source);
    return readFileSync(path, "utf8");
  }

  it("gives back the very checkpoint that was written", () => {
    write(aCheckpoint());
    expect(readSnapshotFile(path)).to.deep.equal(aCheckpoint());
  });

  it("is one JSON object in which shows, bookings and rows can be read", () => {
    const value = JSON.parse(write(aCheckpoint()));
    const { digests, time } = aCheckpoint();
    const { n: sequence, ...rest } = digests;
    const at = "2023-05-12T12:00:00.040Z";
    expect(value).to.deep.include({
      format: "quartet-snapshot",
      formatVersion: 1,
      sequence,
      ...rest,
      time,
      at,
      ...source,
    });
    expect(value.state[0][1]).to.deep.equal(["ATWM140523", "Avatar", 50]);
    expect(value.clientTable[1].rows[0]).to.deep.equal({
      ...aRow(38),
      result: { outcome: "OK", held: 38, available: 9 },
    });
  });

  it("has a show, a booking or a row on each line", () => {
    const lines = write(aCheckpoint()).split("\n");
    expect(lines)
      .to.include('["ATWM140523","Avatar",50]')
      .and.include(`["ATWC1234","VERE130523","Amélie \u2028 \\"千\\"",1]`);
  });

  it("holds an empty state and an empty client table", () => {
    const empty = aCheckpoint({ state: "[[],[]]", table: [] });
    write(empty);
    expect(readSnapshotFile(path)).to.deep.equal(empty);
  });

  it("keeps the exact text of a result that is no object or not written in the usual way", () => {
    const results = ['"r"', "null", "[1,2]", '{"b":1,"1":2}', '{ "a": 1 }', "1.0", "no json"];
    const checkpoint = aCheckpoint({ table: aTable(results.map((result, at) => aRow(at + 1, { result }))) });
    write(checkpoint);
    expect(readSnapshotFile(path)).to.deep.equal(checkpoint);
  });

  it("gives back whatever a client wrote", () => {
    const row = fc.record({ requestId: fc.string({ unit: "grapheme", maxLength: 10 }), result: fc.json() });
    fc.assert(
      fc.property(
        fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { maxLength: 3 }),
        fc.json(),
        (runs, json) => {
          let n = 0;
          const table = aTable(...runs.map((run) => run.map((given) => aRow(++n, given))));
          const checkpoint = aCheckpoint({ state: JSON.stringify([[[JSON.parse(json)]], []]), table });
          write(checkpoint);
          expect(readSnapshotFile(path)).to.deep.equal(checkpoint);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is refused with its line when any one byte of it was changed", () => {
    const text = write(aCheckpoint());
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ bits;
        writeFileSync(path, changed);
        expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError, /snapshot\.json, line \d+: /);
      }),
      { numRuns: 200 },
    );
  });

  it("is refused when it was cut off anywhere or something follows", () => {
    const bytes = Buffer.from(write(aCheckpoint()));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        writeFileSync(path, bytes.subarray(0, length));
        expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError);
      }),
    );
    writeFileSync(path, `${bytes.toString()} `);
    expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError);
  });

  const forged: readonly (readonly [what: string, from: RegExp, to: string, message: RegExp])[] = [
    ["the state", /"Avatar",50/, '"Avatar",51', /the state is not that of its digest/],
    ["a row", /"held":5/, '"held":6', /the rows before this line/],
    ["the time of an interval", /"time":\d+(?=,"before")/, '"time":1', /the rows before this line/],
    ["the order of numbers", /"n":3,/, '"n":6,', /the rows before this line/],
    ["an operation", /"operation":"\w+"/, '"operation":"steal"', /the rows before this line/],
    ["the digest of the table", /"tableDigest":"\w{4}/, '"tableDigest":"0000', /the client table is not that/],
    ["the format", /"formatVersion":1/, '"formatVersion":2', /its format is not version 1/],
    ["a field", /"sequence":40,/, "", /a number is missing/],
  ];
  for (const [what, from, to, message] of forged) {
    it(`is refused when ${what} was changed and the file sealed anew`, () => {
      const text = write(aCheckpoint());
      expect(text).to.match(from);
      const lines = text.replace(from, to).split("\n").slice(0, -2);
      const content = lines.map((line) => `${line}\n`).join("");
      writeFileSync(path, `${content}"sha256":"${sha256(content)}"}\n`);
      expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError, message);
    });
  }

  it("is refused when an interval in the middle is missing and the file sealed anew", () => {
    const text = write(aCheckpoint({ table: aTable([aRow(1)], [aRow(2)], [aRow(3)]) }));
    const lines = text.replace('"intervals":3', '"intervals":2').split("\n").slice(0, -2);
    const [, second = 0] = lines.flatMap((line, at) => (line.endsWith('"rows":[') ? [at] : []));
    const content = lines
      .toSpliced(second, 3)
      .map((line) => `${line}\n`)
      .join("");
    writeFileSync(path, `${content}"sha256":"${sha256(content)}"}\n`);
    expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError, /the rows before this line/);
  });

  it("says so when a file is no snapshot at all", () => {
    writeFileSync(path, '{"hello":1}\n');
    expect(() => readSnapshotFile(path)).to.throw(SnapshotFileError, /it is no snapshot of this service/);
  });

  it("leaves nothing behind when it cannot be written", () => {
    const wrong = { ...aCheckpoint(), state: "[[],[1]]" };
    rmSync(path, { force: true });
    expect(() => write(wrong)).to.throw(SnapshotFileError);
    expect(readdirSync(folder)).to.deep.equal([]);
  });
});
