import { expect } from "chai";
import { Chance } from "../../protocol/chance.ts";
import type { Message } from "../../protocol/message.ts";
import { managerAddress } from "./addresses.ts";
import { EventQueue } from "./event-queue.ts";
import { type Mishap, mishaps, SimulatedNetwork } from "./simulated-network.ts";

const small: Message = { kind: "askStatus", replyTo: "x:1" };
const bulk: Message = {
  kind: "entries",
  epoch: { number: 1, nonce: "e".repeat(32) },
  from: 1,
  entries: [],
  base: 0,
  baseDigest: "b".repeat(64),
  last: 0,
};

function sendMany(message: Message, prepare: (network: SimulatedNetwork) => void, isEncoding = false) {
  const queue = new EventQueue();
  const arrived: { readonly to: string; readonly at: number }[] = [];
  let now = 0;
  const network = new SimulatedNetwork(
    {
      chance: new Chance(7),
      after: (delayMs, run) => queue.add(now + delayMs, run),
      deliver: (to) => arrived.push({ to, at: now }),
    },
    isEncoding,
  );
  prepare(network);
  for (let count = 0; count < 1000; count++) network.send(managerAddress(1), managerAddress(2), message);
  for (let event = queue.take(); event !== undefined; event = queue.take()) {
    now = event.at;
    event.run();
  }
  return { arrived, counts: network.counts };
}

describe("a simulated network", () => {
  it("delivers everything once while nothing is wrong", () => {
    expect(sendMany(small, () => {}).arrived).to.have.length(1000);
  });

  const cases: readonly (readonly [Mishap, (arrived: number, latest: number) => boolean])[] = [
    ["lost", (arrived) => arrived < 800],
    ["corrupted", (arrived) => arrived < 800],
    ["doubled", (arrived) => arrived > 1200],
    ["late", (arrived, latest) => arrived === 1000 && latest > 100],
    ["replayed", (arrived, latest) => arrived > 1200 && latest > 1000],
  ];
  for (const [mishap, isSo] of cases) {
    it(`has datagrams ${mishap} as often as it is told, and counts them`, () => {
      for (const isEncoding of [false, true]) {
        const { arrived, counts } = sendMany(small, (network) => network.setOdds(mishap, 0.3), isEncoding);
        expect(isSo(arrived.length, Math.max(...arrived.map(({ at }) => at)))).to.equal(true);
        expect(counts[mishap]).to.be.within(200, 400);
      }
    });
  }

  it("loses bulk messages only where the way is cut", () => {
    const worst = (network: SimulatedNetwork) => {
      for (const mishap of mishaps) if (mishap !== "late") network.setOdds(mishap, 1);
    };
    expect(sendMany(bulk, worst).arrived).to.have.length(1000);
    const cut = (network: SimulatedNetwork) => network.cut([managerAddress(1)], [managerAddress(2)]);
    expect(sendMany(bulk, cut)).to.deep.include({ arrived: [] });
  });

  it("cuts one way only, until each cut is healed", () => {
    const [one, two] = [[managerAddress(1)], [managerAddress(2)]];
    const twice = (network: SimulatedNetwork) => {
      network.cut(one, two);
      network.cut(one, two);
      network.heal(one, two);
    };
    expect(sendMany(small, twice).counts.cut).to.equal(1000);
    expect(sendMany(small, (network) => network.cut(two, one)).arrived).to.have.length(1000);
  });
});
