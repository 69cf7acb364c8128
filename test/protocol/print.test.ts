import { expect } from "chai";
import fc from "fast-check";
import { message } from "../../protocol/message.ts";
import { print } from "../../protocol/print.ts";
import { valuesOf } from "./values-of.ts";

describe("the printing of a message", () => {
  it("is one line that begins with its kind and names every field", () => {
    fc.assert(
      fc.property(valuesOf(message), (value) => {
        const line = print(value);
        expect(line).to.match(new RegExp(`^${value.kind}( |$)`));
        expect([...line].every((char) => char >= " ")).to.equal(true);
        for (const name of Object.keys(value)) {
          if (name !== "kind") expect(line).to.include(` ${name}=`);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("cuts digests, quotes what has spaces, and nests what is nested", () => {
    const busy = { kind: "busy", caller: "a b", requestId: "1", retryAfterMs: 20 };
    const sent = {
      kind: "send",
      to: "127.0.0.1:8",
      message: { ...busy, epoch: { number: 1, nonce: "ab".repeat(16) } },
    };
    expect(print(sent)).to.equal(
      'send to=127.0.0.1:8 message=(busy caller="a b" requestId=1 retryAfterMs=20 epoch={number=1 nonce=abababab…})',
    );
    expect(print({ kind: "x", list: [1, null, "", "a"] } as { readonly kind: string })).to.equal(
      'x list=[1, null, "", a]',
    );
  });
});
