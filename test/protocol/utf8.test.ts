import { expect } from "chai";
import fc from "fast-check";
import { readUtf8, utf8BytesAtMost, writeUtf8 } from "../../protocol/utf8.ts";

const anyUnit = fc.oneof(fc.nat(0x7f), fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }));
/** Any UTF-16 units, lone surrogates too, on both sides of the length where the way of coding changes. */
const anyText = fc
  .oneof(fc.array(anyUnit, { maxLength: 120 }), fc.array(fc.nat(0xff), { maxLength: 60 }))
  .map((units) => String.fromCharCode(...units));

describe("text in UTF-8", () => {
  it("is what the platform's own coder writes, a lone surrogate as U+FFFD", () => {
    fc.assert(
      fc.property(anyText, fc.nat(9), (text, offset) => {
        const target = new Uint8Array(offset + utf8BytesAtMost(text));
        const written = writeUtf8(text, target, offset);
        expect(Buffer.from(target.subarray(offset, offset + written))).to.deep.equal(Buffer.from(text, "utf8"));
        expect(target.subarray(0, offset).every((byte) => byte === 0)).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("is read back unchanged, but for lone surrogates", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readUtf8(Buffer.from(text, "utf8"))).to.equal(Buffer.from(text, "utf8").toString("utf8"));
      }),
      { numRuns: 1000 },
    );
  });

  it("is read exactly when the bytes are UTF-8", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = readUtf8(bytes);
        const again = text === undefined ? undefined : Buffer.from(text, "utf8").equals(bytes);
        expect(again ?? !Buffer.from(Buffer.from(bytes).toString("utf8"), "utf8").equals(bytes)).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("keeps a byte order mark: it is a character like any other", () => {
    expect(readUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).to.equal("\uFEFFa");
  });

  it("of one lone surrogate is U+FFFD, short or long", () => {
    for (const text of ["\ud800", `${"a".repeat(100)}\udfff`]) {
      const target = new Uint8Array(utf8BytesAtMost(text));
      const written = writeUtf8(text, target, 0);
      expect(readUtf8(target.subarray(0, written))).to.equal(text.replace(/[\ud800-\udfff]/, "\uFFFD"));
    }
  });
});
