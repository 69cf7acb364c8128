import { expect } from "chai";
import { Patience } from "../../frontend/patience.ts";
import { defaultLimits } from "../../protocol/limits.ts";

const patienceAfter = (...tookMs: readonly number[]) => {
  const patience = new Patience({ ...defaultLimits, patienceMs: [50, 1000] });
  for (const took of tookMs) patience.note(took);
  return patience.ms;
};

describe("patience", () => {
  for (const [took, expected] of [
    [[], 50],
    [[25], 50],
    [[26], 52],
    [[10, 300, 20], 600],
    [[500], 1000],
    [[501], 1000],
  ] as const) {
    it(`is ${expected} ms after replies that took ${took.join(", ") || "nothing"}`, () => {
      expect(patienceAfter(...took)).to.equal(expected);
    });
  }

  it("forgets a slow reply after 256 faster ones", () => {
    const fast = (count: number) => Array.from({ length: count }, () => 1);
    expect(patienceAfter(300, ...fast(255))).to.equal(600);
    expect(patienceAfter(300, ...fast(256))).to.equal(50);
  });
});
