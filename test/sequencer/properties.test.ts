import { expect } from "chai";
import fc from "fast-check";
import { slots } from "../../protocol/ids.ts";
import { SimulatedCluster, type SimulatedRun } from "./simulated-cluster.ts";

const runs: fc.Arbitrary<SimulatedRun> = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  faults: fc.record({
    lossPercent: fc.integer({ min: 0, max: 35 }),
    doublePercent: fc.integer({ min: 0, max: 40 }),
    delayMsMax: fc.integer({ min: 1, max: 40 }),
  }),
  callsAtMs: fc.array(fc.nat(300), { minLength: 1, maxLength: 60 }),
  faultyMs: fc.constant(1500),
  windowEntriesMax: fc.constant(1024),
});

describe("the sequencer on a network that loses, doubles and reorders", function () {
  this.timeout(60_000);

  it("A. gives every request one number, leaves none out, and answers it with that number", () => {
    check((cluster) => {
      const numbers = [...cluster.sequencer.numbered.keys()];
      expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
      const firstNumbers = new Map<string, number>();
      for (const [n, key] of cluster.sequencer.numbered) {
        const requestId = key.split(" ").at(-1) as string;
        if (!firstNumbers.has(requestId)) firstNumbers.set(requestId, n);
      }
      for (const [requestId, reply] of cluster.answers) {
        if (reply.kind === "answer") expect(reply.sequence).to.equal(firstNumbers.get(requestId));
        else expect.fail(reply.message);
      }
    });
  });

  it("B. brings every request to all four managers, and has it executed once by each", () => {
    check((cluster) => {
      const expected = [...cluster.sequencer.received].toSorted();
      for (const slot of slots)
        expect([...cluster.executedBy(slot)].toSorted(), `replica ${slot}`).to.deep.equal(expected);
    });
  });

  it("C. has all requests executed everywhere in the order in which it received them", () => {
    check((cluster) => {
      for (const slot of slots) {
        expect(cluster.executedBy(slot), `replica ${slot}`).to.deep.equal(cluster.sequencer.received);
      }
    });
  });

  it("with a full window loses no request, and has those it takes executed in one same order", () => {
    let busyRuns = 0;
    const narrow = runs.map((run) => ({
      ...run,
      windowEntriesMax: 4,
      callsAtMs: run.callsAtMs.map((atMs) => atMs >> 3),
    }));
    check((cluster) => {
      const first = cluster.executedBy(1);
      expect([...first].toSorted()).to.deep.equal([...cluster.sequencer.received].toSorted());
      for (const slot of slots) expect(cluster.executedBy(slot)).to.deep.equal(first);
      if (cluster.sequencer.isBusy) busyRuns++;
    }, narrow);
    expect(busyRuns).to.be.above(0);
  });
});

function check(rule: (cluster: SimulatedCluster) => void, given: fc.Arbitrary<SimulatedRun> = runs): void {
  fc.assert(
    fc.property(given, (run) => {
      const cluster = new SimulatedCluster(run);
      expect(cluster.run(), "all is answered and executed once the network is reliable again").to.equal(true);
      rule(cluster);
    }),
    { numRuns: 40 },
  );
}
