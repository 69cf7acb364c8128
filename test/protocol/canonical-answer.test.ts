import { expect } from "chai";
import fc from "fast-check";
import { reasons } from "../../protocol/answer.ts";
import { canonicalAnswer, parseAnswer } from "../../protocol/canonical-answer.ts";
import { canonicalArguments, type Operation, operations } from "../../protocol/operation.ts";

const count = fc.maxSafeNat();
const text = fc.string({ unit: "grapheme" });
const seats = { held: count, available: count };
const data: { readonly [Name in Operation]: Readonly<Record<string, fc.Arbitrary<unknown>>> } = {
  addMovieSlots: { created: fc.boolean(), capacity: count, available: count },
  removeMovieSlots: {
    moved: fc.array(fc.record({ customerID: text, movieID: text, numberOfTickets: count })),
    dropped: fc.array(fc.record({ customerID: text, numberOfTickets: count })),
  },
  listMovieShowsAvailability: {
    shows: fc.array(fc.record({ movieID: text, movieName: text, capacity: count, available: count })),
  },
  bookMovieTickets: seats,
  getBookingSchedule: { bookings: fc.array(fc.record({ movieID: text, movieName: text, numberOfTickets: count })) },
  cancelMovieTickets: seats,
  exchangeTickets: { heldOld: count, heldNew: count, availableOld: count, availableNew: count },
};

type Plain = Readonly<Record<string, unknown>>;

const answers: fc.Arbitrary<{ readonly operation: Operation; readonly answer: Plain }> = fc
  .constantFrom(...operations)
  .chain((operation) => {
    const done = fc.record({ outcome: fc.constant("OK"), ...data[operation] });
    const refused = fc.record({ outcome: fc.constant("REFUSED"), reason: fc.constantFrom(...reasons) });
    return fc.oneof(done, refused).map((answer) => ({ operation, answer: { ...answer } }));
  });

describe("the canonical text of an answer", () => {
  it("stands for the same answer again", () => {
    fc.assert(
      fc.property(answers, ({ operation, answer }) => {
        expect(parseAnswer(canonicalAnswer(operation, answer) as string)).to.deep.equal(answer);
      }),
      { numRuns: 500 },
    );
  });

  it("is the same whatever the order of keys, at every depth", () => {
    fc.assert(
      fc.property(answers, ({ operation, answer }) => {
        const text = canonicalAnswer(operation, answer);
        expect(text).to.be.a("string");
        expect(canonicalAnswer(operation, reversed(answer))).to.equal(text);
        expect(canonicalAnswer(operation, JSON.parse(text as string))).to.equal(text);
      }),
      { numRuns: 500 },
    );
  });

  it("differs between answers that differ", () => {
    fc.assert(
      fc.property(answers, answers, (one, two) => {
        const isEqual = JSON.stringify(one.answer) === JSON.stringify(two.answer);
        const isEqualText = canonicalAnswer(one.operation, one.answer) === canonicalAnswer(two.operation, two.answer);
        expect(isEqualText).to.equal(isEqual);
      }),
    );
  });

  it("does not exist with a key too many or too few, at any depth", () => {
    fc.assert(
      fc.property(answers, ({ operation, answer }) => {
        for (const changed of [...withKeyMore(answer), ...withKeyLess(answer)]) {
          expect(canonicalAnswer(operation, changed), JSON.stringify(changed)).to.equal(undefined);
        }
      }),
    );
  });

  it("does not exist with a value of another type, at any depth", () => {
    fc.assert(
      fc.property(answers, ({ operation, answer }) => {
        for (const changed of withOtherTypes(answer)) {
          expect(canonicalAnswer(operation, changed), JSON.stringify(changed)).to.equal(undefined);
        }
      }),
    );
  });

  it("does not exist for anything else", () => {
    fc.assert(
      fc.property(fc.constantFrom(...operations), fc.anything(), (operation, value) => {
        expect(canonicalAnswer(operation, value)).to.equal(undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it("counts in whole numbers from 0 to 2^53 - 1, and 0 has one text", () => {
    const held = (value: number) => canonicalAnswer("bookMovieTickets", { outcome: "OK", held: value, available: 1 });
    for (const value of [-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])
      expect(held(value)).to.equal(undefined);
    expect(held(-0)).to.equal(held(0));
    expect(held(2 ** 53 - 1)).to.equal('{"outcome":"OK","held":9007199254740991,"available":1}');
  });
});

describe("the canonical text of arguments", () => {
  it("has the keys in the order of the contract, and nothing beside them", () => {
    const given = { numberOfTickets: 2, extra: 1, movieName: "é", movieID: "ATWM120523", customerID: "ATWC1234" };
    expect(canonicalArguments("bookMovieTickets", given)).to.equal(
      '{"customerID":"ATWC1234","movieID":"ATWM120523","movieName":"é","numberOfTickets":2}',
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, field]) => [name, reversed(field)]),
  );
}

/** Every object in the answer, each changed by itself. */
function changedObjects(value: unknown, change: (object: Plain) => readonly unknown[]): unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => changedObjects(item, change).map((changed) => value.with(index, changed)));
  }
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([name, field]) =>
    changedObjects(field, change).map((changed) => ({ ...value, [name]: changed })),
  );
  return [...change(value as Plain), ...inner];
}

function withKeyMore(answer: Plain): readonly unknown[] {
  return changedObjects(answer, (object) => [{ ...object, more: 1 }]);
}

function withKeyLess(answer: Plain): readonly unknown[] {
  return changedObjects(answer, (object) =>
    Object.keys(object).map((gone) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== gone))),
  );
}

function withOtherTypes(answer: Plain): readonly unknown[] {
  return changedObjects(answer, (object) =>
    Object.entries(object).flatMap(([name, field]) => [
      { ...object, [name]: null },
      { ...object, [name]: typeof field === "string" ? 1 : JSON.stringify(field) },
      { ...object, [name]: Array.isArray(field) ? {} : [field] },
    ]),
  );
}
