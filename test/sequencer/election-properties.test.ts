import { expect } from "chai";
import fc from "fast-check";
import type { Mutant } from "../../protocol/mutant.ts";
import { Broken } from "./broken.ts";
import { ModelledCluster } from "./modelled-cluster.ts";

const troubleMs = 3000;
const seedsMax = 200;

describe("elections among two sequencers in every kind of trouble", function () {
  this.timeout(120_000);

  it("never lead one epoch twice, order two things under one number, or undo what was answered; and they heal", () => {
    let epochs = 0;
    let answered = 0;
    let admitted = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0x7fff_ffff }), (seed) => {
        const cluster = new ModelledCluster(seed);
        cluster.trouble(troubleMs);
        expect(cluster.heals(), "a request is answered and all logs are one").to.equal(true);
        epochs += cluster.epochs;
        answered += cluster.answered.size;
        admitted += cluster.admitted;
      }),
      { numRuns: 60 },
    );
    expect(epochs).to.be.above(120);
    expect(answered).to.be.above(600);
    expect(admitted).to.be.above(20);
  });

  const mutants: readonly Mutant[] = [
    "electionOfTwo",
    "goOnWithoutLog",
    "amnesiacVotes",
    "reuseEpoch",
    "strangersCount",
  ];
  for (const mutant of mutants) {
    it(`break a rule when one of theirs is left out: ${mutant}`, () => {
      expect(seedsUntilBroken(mutant)).to.be.at.most(seedsMax);
    });
  }
});

function seedsUntilBroken(mutant: Mutant): number {
  for (let seed = 1; seed <= seedsMax; seed++) {
    try {
      new ModelledCluster(seed, mutant).trouble(troubleMs);
    } catch (error) {
      if (error instanceof Broken) return seed;
      throw error;
    }
  }
  return Number.POSITIVE_INFINITY;
}
