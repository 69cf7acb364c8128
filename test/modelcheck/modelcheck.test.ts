import { expect } from "chai";
import type { Mutant } from "../../protocol/mutant.ts";
import { type Bounds, mutantBounds, namedBounds } from "./bounds.ts";
import { Chain } from "./chain.ts";
import { check, type Finding } from "./check.ts";
import { foundedCluster } from "./founded-cluster.ts";
import { LocalStates } from "./local-states.ts";
import { type OpenedCores, openCores } from "./opened-cores.ts";
import { Search } from "./search.ts";

const statesMax = 50_000;
/** What is missed at once; `longestLog` takes three epochs, and longer. */
const quickMutants = [
  ["electionOfTwo", "entry 1 of epoch 1 is not in the log that epoch 2 starts behind"],
  ["goOnWithoutLog", "entry 1 of epoch 1 is not in the log that epoch 2 starts behind"],
  ["promiseInMemory", "AssertionFailed: a promise that was said is kept"],
  ["reuseEpoch", "epoch 1 starts in two ways"],
  ["keepSuffix", "a manager has entry 1 in the log of epoch 2, whose sequencer never numbered it"],
] as const;

describe("the election, searched as far as the bounds go", () => {
  let cores: OpenedCores;

  before(async () => {
    cores = await openCores();
  });

  function search(bounds: Bounds): Finding {
    return check(cores, bounds, { everyStates: statesMax, onProgress: () => false });
  }

  it("a takeover loses nothing that two managers would reply for", () => {
    const finding = search({ ...namedBounds.takeover, crashesMax: 0 });
    expect(finding.broken).to.equal(undefined);
    expect(finding.isExhausted).to.equal(true);
    expect(finding.states).to.be.greaterThan(2000);
  }).timeout(60_000);

  it("a manager that crashes in a takeover keeps what it has said", () => {
    const finding = search({ ...namedBounds.takeover, requestsMax: [1, 0] });
    expect(finding.broken).to.equal(undefined);
    expect(finding.isExhausted).to.equal(true);
  }).timeout(60_000);

  it("two candidates for one number do not both lead", () => {
    const finding = search({ ...namedBounds.rivals, requestsMax: [1, 1, 1] });
    expect(finding.broken).to.equal(undefined);
    expect(finding.isExhausted).to.equal(true);
  }).timeout(60_000);

  it("what the managers do, they do under each other's names as well", () => {
    const bounds: Bounds = { ...namedBounds.takeover, requestsMax: [1, 1], crashesMax: 0 };
    const chain = new Chain();
    const locals = new LocalStates(foundedCluster(cores, bounds, chain), true);
    expect(new Search(locals, chain, 6, 0).run(statesMax)).to.equal("exhausted");
    expect(locals.isSymmetric()).to.equal(true);
  }).timeout(60_000);

  for (const [mutant, text] of quickMutants) {
    it(`${mutant} is found, and the way to it told`, () => {
      const { broken } = search({ ...boundsOf(mutant), mutant });
      expect(broken?.text).to.equal(text);
      expect(broken?.way).to.include.members([`m1 takes prepare epoch=${mutant === "reuseEpoch" ? 1 : 2}`]);
    }).timeout(60_000);
  }
});

function boundsOf(mutant: Mutant): Bounds {
  const name = mutantBounds[mutant];
  if (name === undefined) throw new RangeError(`no bounds for ${mutant}`);
  return namedBounds[name];
}
