import { expect } from "chai";
import * as fc from "fast-check";
import type { MessageOf } from "../../protocol/message.ts";
import { HoldBack } from "../../replica-manager/hold-back.ts";
import { aRequest } from "./an-entry.ts";

function order(first: number, count = 1): MessageOf<"order"> {
  const epoch = { number: 1, nonce: "e".repeat(32) };
  const requests = Array.from({ length: count }, (_, index) => aRequest(`r${first + index}`));
  return { kind: "order", epoch, first, time: 0, businessDate: "", requests, historyDigest: "h", commitPoint: 0 };
}

function holding(...orders: readonly MessageOf<"order">[]): HoldBack {
  const holdBack = new HoldBack(4);
  for (const one of orders) holdBack.hold(one);
  return holdBack;
}

describe("hold-back", () => {
  it("gives an order out only right behind the last number", () => {
    const holdBack = holding(order(5));
    expect(holdBack.takeAfter(3)).to.equal(undefined);
    expect(holdBack.takeAfter(4)).to.deep.equal(order(5));
    expect(holdBack.takeAfter(4)).to.equal(undefined);
  });

  it("gives out an order that the last number is within, and drops what it has passed", () => {
    const holdBack = holding(order(3, 4), order(2, 1));
    expect(holdBack.takeAfter(4)).to.deep.equal(order(3, 4));
    expect(holdBack.takeAfter(1)).to.equal(undefined);
    expect(holding(order(3, 2)).takeAfter(4)).to.equal(undefined);
  });

  it("knows the gap from the numbers that it heard of", () => {
    const holdBack = holding(order(9, 2), order(6));
    expect(holdBack.highest).to.equal(10);
    expect(holdBack.gapAfter(3)).to.equal(5);
    expect(holdBack.gapAfter(6)).to.equal(8);
    expect(holdBack.gapAfter(10)).to.equal(undefined);
    holdBack.reveal(12);
    expect(holdBack.gapAfter(10)).to.equal(12);
  });

  it("has no gap right in front of an order that it holds", () => {
    expect(holding(order(5)).gapAfter(4)).to.equal(undefined);
  });

  it("keeps the longer of two orders with one first number", () => {
    expect(holding(order(5), order(5, 3)).takeAfter(4)).to.deep.equal(order(5, 3));
    expect(holding(order(5, 3), order(5)).takeAfter(4)).to.deep.equal(order(5, 3));
  });

  it("loses an order for which there is no room, and knows that its numbers were given", () => {
    const holdBack = holding(order(3), order(5), order(7), order(9), order(11));
    expect(holdBack.takeAfter(10)).to.equal(undefined);
    expect(holdBack.highest).to.equal(11);
    const full = holding(order(3), order(5), order(7), order(9));
    full.hold(order(9, 2));
    expect(full.takeAfter(8)).to.deep.equal(order(9, 2));
  });

  it("hands out every number once and in order, however orders come", () => {
    const shuffled = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], { minLength: 10 });
    fc.assert(
      fc.property(shuffled, (firsts) => {
        const holdBack = new HoldBack(100);
        let last = 0;
        for (const first of firsts) {
          holdBack.hold(order(first));
          for (let next = holdBack.takeAfter(last); next !== undefined; next = holdBack.takeAfter(last)) {
            expect(next.first).to.equal(last + 1);
            last = next.first;
          }
        }
        expect(last).to.equal(10);
        expect(holdBack.gapAfter(last)).to.equal(undefined);
      }),
    );
  });
});
