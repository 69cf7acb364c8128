import { expect } from "chai";
import fc from "fast-check";
import { Chance } from "../../../protocol/chance.ts";
import { RandomManager } from "./random-manager.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { directory, StorageUnderTest, smallLimits } from "./storage-under-test.ts";

const lives = 5;

describe("a storage whose process or machine ends at any moment", () => {
  it("finds everything that it said was durable, nothing behind a hole, and never damage", async () => {
    let [tornTails, crashes] = [0, 0];
    const life = async (seed: number) => {
      const chance = new Chance(seed);
      const disk = new SimulatedDisk();
      let before: RandomManager | undefined;
      let incarnation: string | undefined;
      for (let count = 0; count < lives; count++) {
        const tested = await StorageUnderTest.open(disk, smallLimits, chance);
        const { recovered } = tested.storage;
        expect(tested.notes.filter((note) => note.startsWith("error") || note.startsWith("warn"))).to.deep.equal([]);
        before?.expectRecovered(recovered);
        expect(tested.storage.incarnation).to.equal(incarnation ?? tested.storage.incarnation);
        incarnation = tested.storage.incarnation;
        tornTails += tested.notes.filter((note) => note.includes("dropped")).length;
        before = new RandomManager(tested, chance, before);
        for (let steps = chance.between(0, 120); steps > 0; steps--) {
          if (chance.happens(0.4)) before.act();
          await disk.step(chance);
        }
        expect(tested.failures).to.deep.equal([]);
        disk.crash(chance, chance.happens(0.6));
        crashes++;
      }
    };
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 31 }), life), { numRuns: 150 });
    expect(tornTails).to.be.above(crashes / 20);
  }).timeout(60_000);

  it("finds everything when it was closed in order, with nothing torn", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const chance = new Chance(seed);
      const disk = new SimulatedDisk();
      const tested = await StorageUnderTest.open(disk, smallLimits, chance);
      const manager = new RandomManager(tested, chance);
      for (let steps = 0; steps < 100; steps++) {
        manager.act();
        await disk.step(chance);
      }
      await disk.settle();
      await disk.until(tested.storage.close());
      const again = await StorageUnderTest.open(disk);
      manager.expectRecovered(again.storage.recovered);
      expect(again.notes).to.deep.equal([]);
    }
  });

  it("can end at any step of the making of its directory, and makes it again", async () => {
    for (let steps = 1; steps < 60; steps++) {
      for (const isPowerCut of [false, true]) {
        const chance = new Chance(steps + 1);
        const disk = new SimulatedDisk();
        StorageUnderTest.begin(disk);
        for (let count = 0; count < steps; count++) await disk.step();
        disk.crash(chance, isPowerCut);
        const tested = await StorageUnderTest.open(disk);
        expect(tested.notes.filter((note) => note.startsWith("error"))).to.deep.equal([]);
        expect(tested.storage.recovered.summary.last).to.equal(0);
        await disk.settle();
        expect(disk.paths(directory).filter((path) => path.endsWith(".new"))).to.deep.equal([]);
      }
    }
  });
});
