import { expect } from "chai";
import fc from "fast-check";
import { answerDifference, firstDifference, shortText } from "../../conformance/difference.ts";
import { stateProblem } from "../../conformance/state-form.ts";

class Answer {
  readonly held = 1;
}

const differences: readonly (readonly [expected: unknown, got: unknown, difference: string])[] = [
  [{ available: 18 }, { available: 17 }, "answer.available: expected 18, got 17"],
  [{ available: 18 }, { available: "18" }, 'answer.available: expected 18, got "18"'],
  [{ available: 18 }, {}, "answer.available: expected 18, got nothing"],
  [{ available: undefined }, {}, "answer.available: expected nothing, got nothing"],
  [{}, { available: 18 }, "answer.available: expected no such key, got 18"],
  [{}, { available: undefined }, "answer.available: expected no such key, got nothing"],
  [{ shows: [{ a: 1 }, { a: 2 }] }, { shows: [{ a: 1 }, { a: 3 }] }, "answer.shows[1].a: expected 2, got 3"],
  [[1, 2], [1], "answer[1]: expected 2, got the end of the list"],
  [[1], [1, 2], "answer[1]: expected the end of the list, got 2"],
  [[], {}, "answer: expected [], got {}"],
  [null, {}, "answer: expected null, got {}"],
  [{}, null, "answer: expected {}, got null"],
  [0, -0, "answer: expected 0, got -0"],
  [{ held: 1 }, new Answer(), 'answer: expected {"held":1}, got {"held":1}'],
  [{ map: {} }, { map: new Map() }, "answer.map: expected {}, got {}"],
  [true, 1, "answer: expected true, got 1"],
];

describe("the first difference", () => {
  for (const [expected, got, difference] of differences) {
    it(`is told as ${difference}`, () => {
      expect(firstDifference("answer", expected, got)).to.equal(difference);
    });
  }

  it("is none between equal JSON values, whatever the order of their keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (drawn) => {
        // What came by JSON, which has no -0.
        const text = JSON.stringify(drawn);
        expect(firstDifference("value", JSON.parse(text), turned(JSON.parse(text)))).to.equal(undefined);
      }),
      { examples: [[-0], [[-0]], [{ "": [-0] }]] },
    );
  });

  it("is found where and only where the deep equality of the test library finds one", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom(0, 1, "", "a", null, true),
        fc.array(tie("any"), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom("a", "b"), tie("any"), { maxKeys: 2 }),
      ),
    })).any;
    fc.assert(
      fc.property(value, value, (a, b) => {
        let isEqual = true;
        try {
          expect(a).to.deep.equal(b);
        } catch {
          isEqual = false;
        }
        expect(firstDifference("", a, b) === undefined).to.equal(isEqual);
      }),
      { numRuns: 500 },
    );
  });

  it("of an answer that was refused otherwise is told with the whole answers", () => {
    const [full, limit] = ["SHOW_FULL", "WEEKLY_LIMIT"].map((reason) => ({ outcome: "REFUSED", reason }));
    expect(answerDifference(full, limit)).to.equal(
      'answer: expected {"outcome":"REFUSED","reason":"SHOW_FULL"}, got {"outcome":"REFUSED","reason":"WEEKLY_LIMIT"}',
    );
    expect(answerDifference(full, { outcome: "OK", held: 1 })).to.include('got {"outcome":"OK","held":1}');
    expect(answerDifference({ outcome: "OK", held: 2 }, { outcome: "OK", held: 1 })).to.equal(
      "answer.held: expected 2, got 1",
    );
    expect(answerDifference(full, full)).to.equal(undefined);
    expect(answerDifference(full, null)).to.include("got null");
  });

  it("cuts long values, and not through a character", () => {
    expect(shortText("x".repeat(500))).to.have.length(161);
    expect(shortText(`${"x".repeat(158)}🎬`)).to.equal(`"${"x".repeat(158)}…`);
  });
});

describe("the form of a state", () => {
  const show = ["ATWM120523", "Avatar", 5] as const;
  const booking = ["ATWC1000", "ATWM120523", "Avatar", 2] as const;
  const wrong: readonly (readonly [state: unknown, problem: string])[] = [
    [null, "expected [shows, bookings]"],
    [[[]], "expected [shows, bookings]"],
    [[[], {}], "expected [shows, bookings]"],
    [[[[...show, 1]], []], "no show"],
    [[[["ATWM120523", "Avatar", "5"]], []], "no show"],
    [[[["ATWM120523", "Avatar", 0]], []], "no show"],
    [[[["ATWM120523", "Avatar", 1_000_001]], []], "no show"],
    [[[["ATWX120523", "Avatar", 5]], []], "no show"],
    [[[show], [["ATWC1000", "ATWM120523", "Avatar"]]], "no booking"],
    [[[show], [["ATWC1000", "ATWM120523", "Avatar", 0]]], "no booking"],
    [[[show, show], []], "not sorted"],
    [
      [
        [
          ["ATWM120523", "🎬", 5],
          ["ATWM120523", "Ａ", 5],
        ],
        [],
      ],
      "not sorted",
    ],
    [[[["ATWA120523", "Avatar", 5], show], []], "not sorted"],
    [[[["VERM120523", "Avatar", 5], show], []], "not sorted"],
    [[[["ATWM010623", "Avatar", 5], show], []], "not sorted"],
    [[[show], [["ATWC1001", ...booking.slice(1)], booking]], "not sorted"],
    [[[show], [booking, booking]], "not sorted"],
    [[[], [booking]], "a show that is not there"],
    [[[show], [booking, ["ATWC1001", "ATWM120523", "Avatar", 4]]], "expected 0 or more, got -1"],
  ];
  for (const [state, problem] of wrong) {
    it(`is refused as ${problem}: ${JSON.stringify(state)}`, () => {
      expect(stateProblem(state)).to.include(problem);
    });
  }

  it("is right when it is sorted by code point and no show is oversold", () => {
    expect(stateProblem([[], []])).to.equal(undefined);
    expect(
      stateProblem([
        [
          ["ATWM120523", "Ａ", 5],
          ["ATWM120523", "🎬", 5],
        ],
        [],
      ]),
    ).to.equal(undefined);
    expect(stateProblem([[show], [booking, ["ATWC1001", "ATWM120523", "Avatar", 3]]])).to.equal(undefined);
  });
});

/** The same value with the keys of each object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, turned(item)]),
  );
}
