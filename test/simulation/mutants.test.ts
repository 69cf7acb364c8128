import { readFileSync } from "node:fs";
import { expect } from "chai";
import { findMutant } from "./find-mutant.ts";
import { mutants, numberOf } from "./mutant-names.ts";

/** Seeds within which each mutant has to be found. */
const seedsMax = 300;
const page = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8");

describe("the simulator", () => {
  it("has a mutant for every rule that the protocol numbers", () => {
    const rows = page.slice(page.indexOf("## What breaks when a rule is left out")).matchAll(/^\| (\d+) \|/gm);
    const numbers = [...rows].map(([, number]) => Number(number));
    expect(numbers).to.have.length(16);
    expect([...new Set(mutants.map(numberOf))]).to.deep.equal(numbers);
  });

  for (const mutant of mutants) {
    it(`finds ${mutant}`, function () {
      this.timeout(200_000);
      const found = findMutant(mutant, seedsMax);
      if (found === undefined) return expect.fail(`${mutant} was not missed in ${seedsMax} seeds`);
      this.test!.title += ` at seed ${found.seed}: ${found.violation.message.split("\n")[0]?.slice(0, 120)}`;
    });
  }
});
