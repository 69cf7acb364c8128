import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { entriesOfOrder, follows, orderOfEntry } from "../../replica-manager/order-entries.ts";
import { anEpoch, aRequest, aRun } from "./an-entry.ts";

const run = aRun(4).map((entry) => ({ ...entry }));
const [one, two, three] = run;

/** All of them as one order, numbered at one time. */
const order: MessageOf<"order"> = {
  kind: "order",
  epoch: anEpoch(),
  first: 1,
  time: 7,
  businessDate: "2023-05-12",
  requests: ["a", "b", "c"].map((id) => aRequest(id)),
  historyDigest: "",
  commitPoint: 0,
};

describe("the entries of an order", () => {
  const whole = entriesOfOrder(sha256, { last: 0, lastDigest: genesisDigest }, order);

  it("carry its numbers, times and epoch, and the digests that follow from each other", () => {
    expect(whole.map(({ n, time, request }) => [n, time, request.requestId])).to.deep.equal([
      [1, 7, "a"],
      [2, 7, "b"],
      [3, 7, "c"],
    ]);
    expect(whole.every(({ epoch }) => epoch === order.epoch)).to.equal(true);
    let before = genesisDigest;
    for (const entry of whole) {
      expect(follows(sha256, before, entry), String(entry.n)).to.equal(true);
      before = entry.historyDigest;
    }
  });

  it("are only those behind the end of the log", () => {
    const end = { last: 2, lastDigest: whole[1]!.historyDigest };
    expect(entriesOfOrder(sha256, end, order)).to.deep.equal(whole.slice(2));
    expect(entriesOfOrder(sha256, { last: 3, lastDigest: "" }, order)).to.deep.equal([]);
  });

  it("have other digests behind another history", () => {
    const [other] = entriesOfOrder(sha256, { last: 0, lastDigest: "1".repeat(64) }, order);
    expect(other?.historyDigest).to.not.equal(whole[0]?.historyDigest);
  });
});

describe("an entry", () => {
  it("follows the digest before it, and no other; changed in anything, it does not", () => {
    expect(follows(sha256, one!.historyDigest, two!)).to.equal(true);
    expect(follows(sha256, two!.historyDigest, two!)).to.equal(false);
    for (const change of [
      { n: 9 },
      { epoch: anEpoch(2) },
      { time: 9 },
      { businessDate: "2023-05-13" },
      { request: aRequest("r2", 2) },
      { historyDigest: one!.historyDigest },
    ]) {
      expect(follows(sha256, one!.historyDigest, { ...two!, ...change }), JSON.stringify(change)).to.equal(false);
    }
  });

  it("is sent again as an order of itself, in its own epoch", () => {
    const again = orderOfEntry(three!, 2);
    expect([again.first, again.epoch, again.commitPoint]).to.deep.equal([3, three!.epoch, 2]);
    const end = { last: 2, lastDigest: two!.historyDigest };
    expect(entriesOfOrder(sha256, end, again)).to.deep.equal([three]);
  });
});
