import { expect } from "chai";
import fc from "fast-check";
import { sha256 } from "../../io/sha256.ts";
import { genesisDigest, historyDigest, type Numbering } from "../../protocol/history.ts";
import { command, type Request, requestKey } from "../../protocol/request.ts";
import { valuesOf } from "./values-of.ts";

/** Everything that a history digest covers, and the address, which it does not. */
interface Numbered {
  readonly before: string;
  readonly at: Numbering;
  readonly request: Request;
}

const hex = (digits: number) =>
  fc.string({ unit: fc.constantFrom("0", "9", "a", "f"), minLength: digits, maxLength: digits });
/** Texts that read like parts of the digest's own text. */
const word = fc.string({ unit: fc.constantFrom("1", "2", " ", "a", "{"), maxLength: 6 });
const small = fc.nat(25);
const numbered: fc.Arbitrary<Numbered> = fc.record({
  before: hex(64),
  at: fc.record({ n: small, epoch: fc.record({ number: small, nonce: hex(32) }), time: small, businessDate: word }),
  request: fc.record({
    requestId: word,
    caller: word,
    issuedAt: small,
    replyTo: fc.constantFrom("127.0.0.1:1", ""),
    command: valuesOf(command),
  }),
});

describe("the history digest", () => {
  it("differs as soon as one field differs", () => {
    fc.assert(
      fc.property(numbered, numbered, (one, two) => {
        for (const changed of eachFieldOf(one, two)) {
          expect(digestOf(changed) === digestOf(one)).to.equal(coveredBy(changed) === coveredBy(one));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("is made of a text that no other history has", () => {
    const plain = (data: string | Uint8Array) => String(data);
    fc.assert(
      fc.property(numbered, numbered, (one, other) => {
        const two: Numbered = { ...other, before: one.before, at: { ...other.at, epoch: one.at.epoch } };
        const isEqual = digestOf(one, plain) === digestOf(two, plain);
        expect(isEqual).to.equal(coveredBy(one) === coveredBy(two));
      }),
      { numRuns: 2000 },
    );
    const at: Numbering = { n: 1, epoch: { number: 1, nonce: "0".repeat(32) }, time: 1, businessDate: "" };
    const issuedAt = 1;
    const request = { caller: "a b", requestId: "c", issuedAt, replyTo: "", command: { kind: "checkpoint" } } as const;
    const shifted = { ...request, caller: "a", requestId: "b c" };
    expect(historyDigest(plain, genesisDigest, at, request)).not.to.equal(
      historyDigest(plain, genesisDigest, at, shifted),
    );
    expect(requestKey(request)).not.to.equal(requestKey(shifted));
    // A date that reads like the beginning of a request's key.
    const dateless = historyDigest(plain, genesisDigest, at, { ...request, caller: "", requestId: "z 4 0  q" });
    const dated = { ...at, businessDate: " 11 0  z" };
    expect(historyDigest(plain, genesisDigest, dated, { ...request, caller: "", requestId: "q" })).not.to.equal(
      dateless,
    );
  });

  it("does not depend on where the replies go: a retry through another front end is the same request", () => {
    fc.assert(
      fc.property(numbered, ({ before, at, request }) => {
        const elsewhere = { ...request, replyTo: "127.0.0.1:2" };
        expect(digestOf({ before, at, request: elsewhere })).to.equal(digestOf({ before, at, request }));
      }),
    );
  });

  it("chains: it covers everything before it", () => {
    fc.assert(
      fc.property(fc.array(numbered, { minLength: 2, maxLength: 6 }), fc.nat(), (list, at) => {
        const chain = (requests: readonly Numbered[]) =>
          requests.reduce((before, { at, request }) => historyDigest(sha256, before, at, request), genesisDigest);
        const without = list.toSpliced(at % list.length, 1);
        expect(chain(list)).not.to.equal(chain(without));
      }),
    );
  });

  it("keeps the keys of requests of different callers apart", () => {
    fc.assert(
      fc.property(word, word, word, word, (caller, requestId, caller2, requestId2) => {
        const isSame = caller === caller2 && requestId === requestId2;
        expect(requestKey({ caller, requestId }) === requestKey({ caller: caller2, requestId: requestId2 })).to.equal(
          isSame,
        );
      }),
      { numRuns: 2000 },
    );
  });
});

function digestOf({ before, at, request }: Numbered, hash = sha256): string {
  return historyDigest(hash, before, at, request);
}

/** The covered fields as JSON, which is unambiguous. */
function coveredBy({ before, at, request }: Numbered): string {
  const { n, epoch, time, businessDate } = at;
  const { caller, requestId, issuedAt } = request;
  return JSON.stringify([
    before,
    n,
    epoch.number,
    epoch.nonce,
    time,
    businessDate,
    caller,
    requestId,
    issuedAt,
    request.command,
  ]);
}

/** One numbering with each field, one at a time, taken from another. */
function eachFieldOf(one: Numbered, two: Numbered): readonly Numbered[] {
  const at = (field: Partial<Numbering>): Numbered => ({ ...one, at: { ...one.at, ...field } });
  const request = (field: Partial<Request>): Numbered => ({ ...one, request: { ...one.request, ...field } });
  return [
    { ...one, before: two.before },
    at({ n: two.at.n }),
    at({ time: two.at.time }),
    at({ businessDate: two.at.businessDate }),
    at({ epoch: { ...one.at.epoch, number: two.at.epoch.number } }),
    at({ epoch: { ...one.at.epoch, nonce: two.at.epoch.nonce } }),
    request({ requestId: two.request.requestId }),
    request({ caller: two.request.caller }),
    request({ issuedAt: two.request.issuedAt }),
    request({ command: two.request.command }),
  ];
}
