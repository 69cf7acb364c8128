import { expect } from "chai";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import { type Command, command, type Request, requestContent } from "../../protocol/request.ts";
import { valuesOf } from "./values-of.ts";

const requestOf = (value: Command): Request => ({
  requestId: "a",
  caller: "ATWC1000",
  issuedAt: 1,
  replyTo: "",
  command: value,
});

describe("the content of a request", () => {
  it("is the same text before it is sent and after it is read", () => {
    fc.assert(
      fc.property(valuesOf(command), (value) => {
        const writer = new ByteWriter();
        command.write(writer, value);
        const read = command.read(new ByteReader(writer.finish()));
        expect(requestContent(requestOf(read))).to.equal(requestContent(requestOf(value)));
      }),
      { numRuns: 500 },
    );
  });

  it("differs where anything in it does", () => {
    fc.assert(
      fc.property(valuesOf(command), valuesOf(command), (one, two) => {
        const isEqual = requestContent(requestOf(one)) === requestContent(requestOf(two));
        expect(isEqual).to.equal(print(one) === print(two));
      }),
      { numRuns: 500 },
    );
  });
});

function print({ kind, ...fields }: Command): string {
  return JSON.stringify([kind, fields]);
}
