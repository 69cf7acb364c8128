import { expect } from "chai";
import type { CallFault, CallReply } from "../../protocol/call.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { changeCall } from "./numbered-calls.ts";
import { SocketCluster, type SocketClusterOptions } from "./socket-cluster.ts";

const manyCalls = 300;
const variants: readonly SocketClusterOptions[] = [
  { path: "multicast", datagramBytesMax: 1400 },
  { path: "multicast", datagramBytesMax: 8192 },
  { path: "unicast", datagramBytesMax: 1400 },
];

for (const variant of variants) {
  describe(`the sequencer over ${variant.path}, datagrams of ${variant.datagramBytesMax} bytes`, () => {
    let cluster: SocketCluster;

    beforeEach(async () => {
      cluster = await SocketCluster.open(variant);
    });

    afterEach(async () => {
      await cluster.close();
    });

    describe("A. unique numbers", () => {
      it("gives requests with different parameters different numbers, one higher each", async () => {
        const numbers: number[] = [];
        for (let index = 0; index < 10; index++) numbers.push(sequenceOf(await cluster.call(changeCall(index))));
        expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
        expectGapless(cluster);
      });

      it("gives many requests at the same time different numbers, and leaves none out", async () => {
        const numbers = (await makeMany(cluster)).map(sequenceOf);
        expect(new Set(numbers).size).to.equal(manyCalls);
        expectGapless(cluster);
      });
    });

    describe("B. reliable multicast", () => {
      it("brings a request to all four managers", async () => {
        await cluster.call(changeCall(1));
        await cluster.untilExecuted(1);
        for (const slot of slots) expect(cluster.executedBy(slot)).to.deep.equal(["change-1"]);
      });

      for (const slot of [1, 4] as readonly Slot[]) {
        it(`brings requests to manager ${slot} although its network to the sequencer was cut, and answers meanwhile`, async () => {
          cluster.cut(cluster.sequencerAddress, cluster.managerAddress(slot));
          for (let index = 0; index < 20; index++) {
            const reply = await cluster.call(changeCall(index));
            expect(reply.kind).to.equal("answer");
          }
          const heardInTheCut = cluster.arrivals.filter(
            ({ from, to, message }) =>
              from === cluster.sequencerAddress && to === cluster.managerAddress(slot) && message.kind === "order",
          );
          expect(heardInTheCut).to.deep.equal([]);
          cluster.heal(cluster.sequencerAddress, cluster.managerAddress(slot));
          await cluster.untilExecuted(20);
          expectOneOrder(cluster);
        });
      }
    });

    describe("C. total order", () => {
      it("has different parameters executed in the order in which the sequencer received them", async () => {
        for (let index = 0; index < 10; index++) await cluster.call(changeCall(index));
        await cluster.untilExecuted(10);
        expectOneOrder(cluster);
        expect(cluster.executedBy(1)).to.deep.equal(Array.from({ length: 10 }, (_, index) => `change-${index}`));
      });

      it("has many at the same time executed in one same order everywhere", async () => {
        const replies = await makeMany(cluster);
        await cluster.untilExecuted(manyCalls);
        expectOneOrder(cluster);
        const byNumber = replies.toSorted((a, b) => sequenceOf(a) - sequenceOf(b));
        expect(byNumber.map((reply) => reply.kind === "answer" && reply.requestId)).to.deep.equal(
          cluster.executedBy(1),
        );
      });
    });
  });
}

/** Through both front ends at the same time. */
function makeMany(cluster: SocketCluster): Promise<readonly (CallReply | CallFault)[]> {
  return Promise.all(Array.from({ length: manyCalls }, (_, index) => cluster.call(changeCall(index))));
}

function sequenceOf(reply: CallReply | CallFault): number {
  if (reply.kind === "fault") throw new Error(reply.message);
  return reply.sequence;
}

/** Each number was given to one request, and none was left out. */
function expectGapless({ sequencer }: SocketCluster): void {
  const numbers = [...sequencer.numbered.keys()];
  expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
}

/** Every replica executed what the sequencer received, once each and in that order. */
function expectOneOrder(cluster: SocketCluster): void {
  for (const slot of slots)
    expect(cluster.executedBy(slot), `replica ${slot}`).to.deep.equal(cluster.sequencer.received);
}
