import { expect } from "chai";
import * as fc from "fast-check";
import { StoredPoints } from "../../sequencer/stored-points.ts";

describe("stored points", () => {
  it("commit what the second-highest manager has stored", () => {
    const points = new StoredPoints();
    expect(points.store(1, 7)).to.equal(0);
    expect(points.store(2, 5)).to.equal(5);
    expect(points.store(3, 6)).to.equal(6);
    expect(points.store(4, 9)).to.equal(7);
    expect(points.all()).to.deep.equal([7, 5, 6, 9]);
  });

  it("never go back, also when a manager lost its memory", () => {
    const points = new StoredPoints();
    points.store(1, 7);
    points.store(2, 5);
    expect(points.store(2, 1)).to.equal(5);
  });

  it("count no stranger", () => {
    const points = new StoredPoints();
    points.store(1, 7);
    expect(points.store(5, 9)).to.equal(0);
    expect(points.store(0, 9)).to.equal(0);
  });

  it("commit nothing that fewer than two managers have", () => {
    const said = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.nat(50)), { maxLength: 30 });
    fc.assert(
      fc.property(said, (words) => {
        const points = new StoredPoints();
        const highest = new Map<number, number>();
        let before = 0;
        for (const [slot, durable] of words) {
          const committed = points.store(slot, durable);
          highest.set(slot, Math.max(highest.get(slot) ?? 0, durable));
          const holders = [...highest.values()].filter((one) => one >= committed).length;
          expect(committed === 0 || holders >= 2).to.equal(true);
          expect(committed).to.be.at.least(before);
          before = committed;
        }
      }),
    );
  });
});
