import { expect } from "chai";
import fc from "fast-check";
import { AssertionFailed } from "../../protocol/assert.ts";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";

const u53Max = Number.MAX_SAFE_INTEGER;

describe("a byte writer and a byte reader", () => {
  it("give back every value in its order", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.maxSafeNat(), fc.string({ unit: "grapheme" }))), (values) => {
        const writer = new ByteWriter(1);
        for (const value of values) typeof value === "number" ? writer.u53(value) : writer.text(value);
        const reader = new ByteReader(writer.finish());
        expect(values.map((value) => (typeof value === "number" ? reader.u53() : reader.text(1e6)))).to.deep.equal(
          values,
        );
        expect(reader.isDone).to.equal(true);
      }),
    );
  });

  it("write a u53 in 8 bytes up to 2^53 - 1, and none beyond", () => {
    for (const value of [0, 1, 0xffff_ffff, 0x1_0000_0000, u53Max - 1, u53Max]) {
      const writer = new ByteWriter();
      writer.u53(value);
      expect(writer.length).to.equal(8);
      expect(new ByteReader(writer.finish()).u53()).to.equal(value);
    }
    for (const value of [-1, 0.5, u53Max + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => new ByteWriter().u53(value), String(value)).to.throw(AssertionFailed);
    }
  });

  it("refuse 8 bytes that stand for more than 2^53 - 1", () => {
    const reader = new ByteReader(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0));
    reader.u53();
    expect(reader.isBroken).to.equal(true);
    const last = new ByteReader(Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255));
    expect(last.u53()).to.equal(u53Max);
    expect(last.isDone).to.equal(true);
  });

  it("keep hexadecimal digits", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const digits = Buffer.from(bytes).toString("hex");
        const writer = new ByteWriter(1);
        writer.hex(digits);
        expect(writer.finish()).to.deep.equal(bytes);
        expect(new ByteReader(bytes).hex(bytes.length)).to.equal(digits);
      }),
    );
  });

  it("read from the middle of a larger buffer", () => {
    const bytes = Uint8Array.of(9, 9, 0, 0, 0, 1, 9).subarray(2, 6);
    const reader = new ByteReader(bytes);
    expect(reader.u32()).to.equal(1);
    expect(reader.isDone).to.equal(true);
  });
});

describe("a byte reader", () => {
  it("is broken for good after the first read past the end, and never throws", () => {
    const reads = fc.constantFrom("u8", "u16", "u32", "u53", "bytes", "hex", "text");
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.array(reads, { maxLength: 20 }),
        fc.nat(50),
        (bytes, names, count) => {
          const reader = new ByteReader(bytes);
          let wasBroken = false;
          for (const name of names) {
            if (name === "bytes" || name === "hex" || name === "text") reader[name](count);
            else reader[name]();
            expect(wasBroken && !reader.isBroken).to.equal(false);
            wasBroken = reader.isBroken;
            if (wasBroken) expect([reader.bytesLeft, reader.isDone]).to.deep.equal([0, false]);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("refuses a text that is longer than allowed, cut off, or not UTF-8", () => {
    for (const [bytes, bytesMax, expected] of [
      [[0, 0, 0, 2, 0x61, 0x62], 2, "ab"],
      [[0, 0, 0, 2, 0x61, 0x62], 1, undefined],
      [[0, 0, 0, 3, 0x61, 0x62], 9, undefined],
      [[0, 0, 0, 2, 0xc3, 0x28], 9, undefined],
      [[0, 0, 0, 3, 0xed, 0xa0, 0x80], 9, undefined],
      [[0, 0, 0, 2, 0xc0, 0x80], 9, undefined],
    ] as const) {
      const reader = new ByteReader(Uint8Array.from(bytes));
      const text = reader.text(bytesMax);
      expect(reader.isDone ? text : undefined, String(bytes)).to.equal(expected);
    }
  });
});
