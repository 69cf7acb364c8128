import { expect } from "chai";
import { faultKinds } from "./fault-plan.ts";
import { type Outcome, World } from "./world.ts";

const seedsByDefault = 200;
const given = process.env["QUARTET_SEED"];
const seeds =
  given === undefined
    ? Array.from({ length: Number(process.env["QUARTET_SEEDS"] ?? seedsByDefault) }, (_, index) => index + 1)
    : [Number(given)];

function run(seed: number): Outcome {
  const log =
    process.env["QUARTET_TRACE"] === undefined ? undefined : (line: string) => process.stderr.write(`${line}\n`);
  try {
    return new World(seed, log).run();
  } catch (cause) {
    const repeat = `QUARTET_SEED=${seed} npm test -- test/simulation`;
    throw new Error(`seed ${seed}: ${cause instanceof Error ? cause.message : String(cause)}\nrepeat it: ${repeat}`, {
      cause,
    });
  }
}

describe("cluster", () => {
  const outcomes: Outcome[] = [];

  it(`answers rightly with one replica wrong and another dead, ${seeds.length} seeds`, function () {
    this.timeout(1000 * seeds.length + 10_000);
    for (const seed of seeds) outcomes.push(run(seed));
  });

  it("repeats every step from the same seed", () => {
    const [first] = outcomes;
    expect(run(first!.seed)).to.deep.equal(first);
  });

  if (given === undefined) {
    it("met every fault while it was running", () => {
      const total = (count: (outcome: Outcome) => number) => outcomes.reduce((sum, outcome) => sum + count(outcome), 0);
      for (const kind of faultKinds)
        expect(
          total((outcome) => outcome.faults[kind]),
          kind,
        ).to.be.above(seeds.length / 10);
      for (const name of ["lost", "doubled", "late", "cut"] as const) {
        expect(
          total((outcome) => outcome.network[name]),
          name,
        ).to.be.above(seeds.length);
      }
      expect(
        total((outcome) => outcome.repeated),
        "repeated requests in the order",
      ).to.be.above(seeds.length);
      expect(
        total((outcome) => outcome.condemned),
        "condemned replicas",
      ).to.be.above(seeds.length / 4);
    });
  }
});
