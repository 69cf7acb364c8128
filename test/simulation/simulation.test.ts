import { readFileSync } from "node:fs";
import { expect } from "chai";
import { coincidences } from "./coincidences.ts";
import { drawProfile } from "./profile.ts";
import type { Outcome } from "./run.ts";
import { commandOf, runProfile, runSeed } from "./run-seed.ts";
import { drawnKinds, toldKinds } from "./schedule.ts";
import { describeShrunk, shrink } from "./shrink.ts";
import { mishaps } from "./simulated-network.ts";

const seedsByDefault = 1000;
const shrinkRunsMax = 100;
const seedMs = 400;
const count = Number(process.env["QUARTET_SEEDS"] ?? seedsByDefault);
/** Trace digests of some seeds: another one, where no core does anything else than before, is chance that no seed rules. */
const pinned: readonly (readonly [seed: number, digest: string])[] = [
  [8, "b48aa4aa954220ab"],
  [61, "547f13a03f207d72"],
];
const knownSeeds = readFileSync(new URL("../../../test/simulation/seeds.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => /^\d/.test(line))
  .map((line) => Number.parseInt(line, 10));

/** Runs a seed; a rule that it breaks is told together with the shortest schedule that still breaks it. */
function hold(seed: number): Outcome {
  const result = runSeed(seed);
  if (result.kind === "held") return result.outcome;
  const short = describeShrunk(shrink(result, shrinkRunsMax));
  return expect.fail(`seed ${seed} broke a rule: ${result.violation.message}\nrepeat: ${commandOf(seed)}\n${short}`);
}

describe("a simulated cluster", () => {
  const outcomes: Outcome[] = [];

  it(`keeps every rule in the ${knownSeeds.length} runs that once broke one`, function () {
    this.timeout(60_000 + seedMs * knownSeeds.length);
    for (const seed of knownSeeds) hold(seed);
  });

  it(`keeps every rule in ${count} runs`, function () {
    this.timeout(60_000 + seedMs * count);
    for (let seed = 1; seed <= count; seed++) outcomes.push(hold(seed));
  });

  for (const [seed, digest] of pinned) {
    it(`takes the steps that it always took from seed ${seed}`, function () {
      this.timeout(20_000);
      expect(hold(seed).trace, "what a core does has changed: where that is meant, pin this").to.equal(digest);
    });
  }

  it("repeats every step from the same seed, and takes others from another", function () {
    this.timeout(20_000);
    const again = runProfile(drawProfile(8));
    const once = runProfile(drawProfile(8));
    expect(again).to.deep.equal(once);
    const other = runProfile(drawProfile(9));
    const traceOf = (result: typeof other) => (result.kind === "held" ? result.outcome.trace : "");
    expect(traceOf(other)).to.not.equal(traceOf(once));
  });

  it("meets nothing rare where there is no fault", function () {
    this.timeout(20_000);
    for (const seed of [16, 32, 48]) {
      const { faults, coincidences: met } = hold(seed);
      expect(
        Object.values(faults).filter((times) => times > 0),
        `faults of seed ${seed}`,
      ).to.deep.equal([]);
      expect(
        Object.values(met).filter((times) => times > 0),
        `seed ${seed}`,
      ).to.deep.equal([]);
    }
  });

  it("met every fault", () => {
    if (count < seedsByDefault) expect.fail(`too few seeds to tell: ${count}`);
    const sum = (counted: (outcome: Outcome) => number) => outcomes.reduce((total, one) => total + counted(one), 0);
    for (const kind of drawnKinds)
      expect(
        sum(({ faults }) => faults[kind]),
        kind,
      ).to.be.at.least(count / 50);
    for (const kind of toldKinds)
      expect(
        sum(({ faults }) => faults[kind]),
        kind,
      ).to.be.at.least(count / 250);
    for (const mishap of mishaps)
      expect(
        sum(({ network }) => network[mishap]),
        mishap,
      ).to.be.at.least(count / 10);
    expect(
      sum(({ network }) => network.cut),
      "messages that were cut off",
    ).to.be.at.least(count);
    expect(
      sum(({ elections }) => elections),
      "epochs that became active",
    ).to.be.at.least(1.3 * count);
    expect(
      sum(({ condemned }) => condemned),
      "condemned replicas",
    ).to.be.at.least(count / 20);
    for (const verdict of ["executed", "repeated", "reused", "tooOld", "full"] as const) {
      expect(
        sum(({ changes }) => changes[verdict]),
        verdict,
      ).to.be.at.least(count / 100);
    }
  });
  it("met what is rare", function () {
    if (count < seedsByDefault) expect.fail(`too few seeds to tell: ${count}`);
    const met = coincidences.map((name) => {
      return { name, times: outcomes.reduce((total, one) => total + one.coincidences[name], 0) };
    });
    this.test!.title += `: ${met.map(({ name, times }) => `${name} ${times}`).join(", ")}`;
    for (const { name, times } of met) expect(times, name).to.be.at.least(1);
  });
});
