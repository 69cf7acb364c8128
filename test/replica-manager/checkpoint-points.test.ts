import { expect } from "chai";
import { isCheckpointPoint } from "../../replica-manager/checkpoint-points.ts";

const every = 10;

/** The checkpoints up to a number. */
function pointsUpTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, index) => index + 1).filter((n) => isCheckpointPoint(n, every));
}

describe("the checkpoints", () => {
  it("stand at every so many entries at first", () => {
    expect(pointsUpTo(50)).to.deep.equal([10, 20, 30, 40, 50]);
  });

  it("stand twice as far apart from 8 times that distance on", () => {
    expect(pointsUpTo(140).slice(5)).to.deep.equal([60, 70, 80, 100, 120, 140]);
    expect(pointsUpTo(240).slice(-3)).to.deep.equal([160, 200, 240]);
  });

  it("stand at most 16 times as far apart", () => {
    const points = pointsUpTo(20_000).filter((n) => n > 10_000);
    expect(points[1]! - points[0]!).to.equal(160);
    expect(points.at(-1)! - points.at(-2)!).to.equal(160);
  });

  it("are never further apart than a fourth of the history and the first distance", () => {
    const points = pointsUpTo(5000);
    for (const [index, n] of points.entries()) {
      const before = points[index - 1] ?? 0;
      expect(n - before, String(n)).to.be.at.most(Math.max(every, n / 4));
    }
  });
});
