import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import { blob, type Codec } from "../../protocol/codec.ts";
import { isLaterEpoch, members } from "../../protocol/epoch.ts";
import { logRecord } from "../../protocol/log-record.ts";
import { valuesOf } from "./values-of.ts";

function written<Value>(codec: Codec<Value>, value: Value): Uint8Array {
  const writer = new ByteWriter();
  codec.write(writer, value);
  return writer.finish();
}

/** What the bytes stand for, where that is all that they hold. */
function read<Value>(codec: Codec<Value>, bytes: Uint8Array): Value | undefined {
  const reader = new ByteReader(bytes);
  const value = codec.read(reader);
  return reader.isDone ? value : undefined;
}

describe("a blob", () => {
  const four = blob(4);

  it("is read as it was written", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => {
        expect(read(four, written(four, bytes))).to.deep.equal(bytes);
      }),
    );
  });

  it("is a copy: the buffer that it came in is used again", () => {
    const bytes = written(four, Uint8Array.of(1, 2));
    const value = read(four, bytes);
    bytes.fill(9);
    expect(value).to.deep.equal(Uint8Array.of(1, 2));
  });

  it("is never larger than its limit, written or read", () => {
    const five = new Uint8Array(5);
    expect(() => written(four, five)).to.throw(AssertionFailed, "within its 4 bytes");
    expect(read(four, written(blob(5), five))).to.equal(undefined);
  });

  it("that announces more than is there is refused, and costs no memory", () => {
    expect(read(four, Uint8Array.of(0, 0, 0, 3, 1, 2))).to.equal(undefined);
    expect(read(blob(2 ** 31), Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 1))).to.equal(undefined);
  });
});

describe("the members of a configuration", () => {
  const four = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));

  it("are read as they were written", () => {
    expect(read(members, written(members, four))).to.deep.equal(four);
  });

  it("are four: no more and no fewer are ever written or read", () => {
    for (const count of [0, 3]) {
      expect(() => written(members, four.slice(0, count)), String(count)).to.throw(AssertionFailed, "each slot");
    }
    expect(() => written(members, [...four, "5".repeat(32)])).to.throw(AssertionFailed, "each slot");
    const bytes = written(members, four);
    expect(read(members, bytes.subarray(0, -1))).to.equal(undefined);
    expect(read(members, Uint8Array.of(...bytes, 0))).to.equal(undefined);
  });
});

describe("a record of the log", () => {
  it("is read as it was written, whatever it is", () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(valuesOf(logRecord), (record) => {
        kinds.add(record.kind);
        expect(read(logRecord, written(logRecord, record))).to.deep.equal(record);
      }),
      { numRuns: 500 },
    );
    expect(kinds.size).to.equal(9);
  });
});

describe("epochs", () => {
  const epoch = (number: number, nonce = "e") => ({ number, nonce: nonce.repeat(32) });

  it("are in the order of their numbers; of two with one number neither is later", () => {
    expect(isLaterEpoch(epoch(2), epoch(1))).to.equal(true);
    expect(isLaterEpoch(epoch(1), epoch(2))).to.equal(false);
    expect(isLaterEpoch(epoch(1, "f"), epoch(1, "e"))).to.equal(false);
    expect(isLaterEpoch(epoch(1), null)).to.equal(true);
  });
});
