import { expect } from "chai";
import { genesisDigest } from "../../protocol/history.ts";
import type { MessageOf } from "../../protocol/message.ts";
import type { Request } from "../../protocol/request.ts";
import { OrderRing } from "../../sequencer/order-ring.ts";

const request: Request = { requestId: "a", caller: "c", issuedAt: 0, replyTo: "f:1", command: { kind: "checkpoint" } };

function order(first: number, count: number): MessageOf<"order"> {
  const epoch = { number: 1, nonce: "e".repeat(32) };
  const requests = Array.from({ length: count }, () => request);
  return {
    kind: "order",
    epoch,
    first,
    time: 0,
    businessDate: "",
    requests,
    historyDigest: genesisDigest,
    commitPoint: 0,
  };
}

function ringOf(entriesMax: number, ...counts: readonly number[]): OrderRing {
  const ring = new OrderRing(entriesMax);
  let first = 1;
  for (const count of counts) {
    ring.add(order(first, count));
    first += count;
  }
  return ring;
}

const firsts = (ring: OrderRing, from: number, to: number) => ring.between(from, to).map((one) => one.first);

describe("order ring", () => {
  const ring = ringOf(100, 2, 3, 1);
  for (const [from, to, expected] of [
    [1, 1, [1]],
    [2, 2, [1]],
    [2, 3, [1, 3]],
    [3, 5, [3]],
    [5, 6, [3, 6]],
    [6, 6, [6]],
    [7, 9, []],
    [1, 99, [1, 3, 6]],
    [4, 3, [3]],
  ] as const) {
    it(`gives the orders that hold any number from ${from} to ${to}`, () => {
      expect(firsts(ring, from, to)).to.deep.equal(expected);
    });
  }

  it("keeps as many entries as it may and forgets the oldest orders first", () => {
    expect(firsts(ringOf(6, 2, 3, 1), 1, 9)).to.deep.equal([1, 3, 6]);
    expect(firsts(ringOf(5, 2, 3, 1), 1, 9)).to.deep.equal([3, 6]);
    expect(firsts(ringOf(3, 2, 3, 1), 1, 9)).to.deep.equal([6]);
  });

  it("keeps the last order even when that alone is more than it may", () => {
    expect(firsts(ringOf(2, 1, 5), 1, 9)).to.deep.equal([2]);
  });

  it("takes only the order that follows the last one", () => {
    expect(() => ringOf(9, 2).add(order(4, 1))).to.throw("orders follow one another");
    expect(() => ringOf(9, 2).add(order(2, 1))).to.throw("orders follow one another");
  });
});
