import { expect } from "chai";
import fc from "fast-check";
import { reasons } from "../../protocol/answer.ts";
import type { CallReply } from "../../protocol/call.ts";
import type { SoapVersion } from "../../protocol/contract.ts";
import { operations } from "../../protocol/operation.ts";
import {
  bodyContent,
  contract,
  envelopeNamespaces,
  invalidity,
  namesInBody,
  namespace,
  textAt,
} from "./contract-under-test.ts";

const theatre = fc.constantFrom("ATW", "VER", "OUT");
const day = fc.integer({ min: 1, max: 28 }).map((value) => String(value).padStart(2, "0"));
const movieID = fc
  .tuple(theatre, fc.constantFrom("M", "A", "E"), day)
  .map(([where, slot, date]) => `${where}${slot}${date}0524`);
const customerID = fc
  .tuple(theatre, fc.integer({ min: 0, max: 9999 }))
  .map(([where, n]) => `${where}C${String(n).padStart(4, "0")}`);
const count = fc.integer({ min: 1, max: 1_000_000 });
const seats = fc.integer({ min: 0, max: 1_000_000 });
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 cannot hold.
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const movieName = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
      fc.constantFrom("&", "<", ">", '"', "\r", "\n", " ", "]]>", "é"),
    ),
    minLength: 1,
    maxLength: 40,
  })
  .map((text) => text.trim().normalize("NFC"))
  .filter((text) => text !== "" && [...text].length <= 120 && !notXml.test(text));
const requestId = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
const sequence = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

const dataOf = {
  addMovieSlots: fc.record({ created: fc.boolean(), capacity: count, available: seats }),
  removeMovieSlots: fc.record({
    moved: fc.array(fc.record({ customerID, movieID, numberOfTickets: count })),
    dropped: fc.array(fc.record({ customerID, numberOfTickets: count })),
  }),
  listMovieShowsAvailability: fc.record({
    shows: fc.array(fc.record({ movieID, movieName, capacity: count, available: seats })),
  }),
  bookMovieTickets: fc.record({ held: count, available: seats }),
  getBookingSchedule: fc.record({ bookings: fc.array(fc.record({ movieID, movieName, numberOfTickets: count })) }),
  cancelMovieTickets: fc.record({ held: seats, available: seats }),
  exchangeTickets: fc.record({ heldOld: seats, heldNew: count, availableOld: seats, availableNew: seats }),
};

const refused = fc.record({ outcome: fc.constant("REFUSED"), reason: fc.constantFrom(...reasons) });
const executed = fc.record(
  {
    outcome: fc.constant("OK"),
    state: fc.constant("EXECUTED"),
    operation: fc.constantFrom(...operations),
    executedOutcome: fc.constantFrom("OK", "REFUSED"),
    executedReason: fc.constantFrom(...reasons),
    executedSequence: sequence,
  },
  { requiredKeys: ["outcome", "state", "operation", "executedOutcome", "executedSequence"] },
);
const outcomeAnswer = fc.oneof(fc.constant({ outcome: "OK", state: "NOT_EXECUTED" }), executed);

function replyOf(operation: string, answer: fc.Arbitrary<object>): fc.Arbitrary<CallReply> {
  const fields = { kind: fc.constant("answer"), operation: fc.constant(operation), sequence, answer, requestId };
  const made = fc.record(fields, { requiredKeys: ["kind", "operation", "sequence", "answer"] });
  return made as unknown as fc.Arbitrary<CallReply>;
}

const anyReply = fc.oneof(
  ...operations.map((name) =>
    replyOf(
      name,
      fc.oneof(
        dataOf[name].map((data) => ({ outcome: "OK", ...data })),
        refused,
      ),
    ),
  ),
  replyOf("getRequestOutcome", outcomeAnswer),
);
const soapVersion: fc.Arbitrary<SoapVersion> = fc.constantFrom("1.1", "1.2");

/** A listing of as many shows as asked for. */
function listing(shows: number): CallReply {
  const show = (index: number) => ({
    movieID: "ATWM160523",
    movieName: `Movie ${index}`,
    capacity: 100,
    available: index % 101,
  });
  const answer = { outcome: "OK", shows: Array.from({ length: shows }, (_, index) => show(index)) } as const;
  return { kind: "answer", operation: "listMovieShowsAvailability", sequence: 7, answer };
}

describe("soap: reply renderer", () => {
  it("writes replies that are valid for the schema, in the envelope of their version", () => {
    fc.assert(
      fc.property(soapVersion, anyReply, (version, reply) => {
        const text = contract.renderReply(version, reply);
        expect(invalidity(text, bodyContent), text).to.equal(undefined);
        expect(namesInBody(text)).to.deep.equal([`{${namespace}}${reply.operation}Response`]);
        expect(text).to.contain(`<soap:Envelope xmlns:soap="${envelopeNamespaces[version]}">`);
      }),
      { numRuns: 500 },
    );
  });

  it("writes names so that they are read again as they were", () => {
    fc.assert(
      fc.property(movieName, (name) => {
        const bookings = [{ movieID: "ATWM160523", movieName: name, numberOfTickets: 1 }];
        const reply = {
          kind: "answer",
          operation: "getBookingSchedule",
          sequence: 1,
          answer: { outcome: "OK", bookings },
        } as const;
        expect(textAt(contract.renderReply("1.1", reply), "//*[local-name()='movieName']")).to.equal(name);
      }),
    );
  });

  it("writes U+FFFD for what XML cannot hold", () => {
    const shows = [{ movieID: "ATWM160523", movieName: "a\u0000\u001f\ud800\uffffb", capacity: 1, available: 0 }];
    const reply = {
      kind: "answer",
      operation: "listMovieShowsAvailability",
      sequence: 1,
      answer: { outcome: "OK", shows },
    } as const;
    expect(contract.renderReply("1.1", reply)).to.contain("<movieName>a\ufffd\ufffd\ufffd\ufffdb</movieName>");
  });

  it("writes the children in the order of the contract and leaves out what does not apply", () => {
    const text = contract.renderReply("1.1", {
      kind: "answer",
      operation: "bookMovieTickets",
      requestId: "r-1",
      sequence: 18_204,
      answer: { outcome: "OK", held: 2, available: 18 },
    });
    expect(text).to.contain(
      `<bookMovieTicketsResponse xmlns="${namespace}"><outcome>OK</outcome><requestId>r-1</requestId>` +
        "<sequence>18204</sequence><held>2</held><available>18</available></bookMovieTicketsResponse>",
    );
  });

  it("writes a refusal with its reason and a sentence for people, and no data", () => {
    const answer = { outcome: "REFUSED", reason: "SHOW_FULL" } as const;
    const text = contract.renderReply("1.2", { kind: "answer", operation: "bookMovieTickets", sequence: 3, answer });
    expect(text).to.match(
      /<outcome>REFUSED<\/outcome><reason>SHOW_FULL<\/reason><message>[^<]+<\/message><sequence>3<\/sequence><\/book/,
    );
  });

  it("writes an empty list as its wrapper element", () => {
    expect(contract.renderReply("1.1", listing(0))).to.contain("<shows></shows>");
  });

  it("writes a list of 5,000 shows that is valid for the schema", () => {
    const text = contract.renderReply("1.1", listing(5000));
    expect(invalidity(text, bodyContent)).to.equal(undefined);
    expect(text.split("<show>")).to.have.length(5001);
  });

  it("gives every reason of every operation its own words", () => {
    for (const operation of operations) {
      const texts = reasons.map((reason) => {
        const reply = { kind: "answer", operation, sequence: 1, answer: { outcome: "REFUSED", reason } } as CallReply;
        return textAt(contract.renderReply("1.1", reply), "//*[local-name()='message']");
      });
      expect(new Set(texts).size, operation).to.equal(reasons.length);
    }
  });
});
