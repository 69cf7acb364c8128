import { expect } from "chai";
import { slots } from "../../protocol/ids.ts";
import { changeCall, listCall } from "./numbered-calls.ts";
import { SocketCluster } from "./socket-cluster.ts";
import { until } from "./until.ts";

const showsListed = 5000;

describe("a cluster on real sockets", () => {
  let cluster: SocketCluster;

  beforeEach(async () => {
    cluster = await SocketCluster.open({ path: "multicast", datagramBytesMax: 1400, showsListed });
  });

  afterEach(async () => {
    await cluster.close();
  });

  it("finds a lost tail by the heartbeat alone: no later order reveals it", async () => {
    cluster.isolate(4);
    for (let index = 0; index < 5; index++) await cluster.call(changeCall(index));
    expect(cluster.executedBy(4)).to.deep.equal([]);
    const ordersBefore = cluster.sequencer.numbered.size;
    cluster.heal(cluster.sequencerAddress, cluster.managerAddress(4));
    await cluster.untilExecuted(5);
    expect(cluster.executedBy(4)).to.deep.equal(cluster.sequencer.received);
    expect(cluster.sequencer.numbered.size).to.equal(ordersBefore);
  });

  it("executes nothing twice when every datagram comes again, and gives a repeated request its first answer", async () => {
    const first = await cluster.call(changeCall(1));
    await cluster.call(changeCall(2));
    await cluster.untilExecuted(2);
    const guest = await cluster.openGuest(true);
    const copies = [...cluster.arrivals];
    for (const { to, message } of [...copies, ...copies.toReversed()]) guest.send(to, message);
    await until("the copies arrived", () => cluster.arrivals.length >= 3 * copies.length);
    const again = await cluster.call(changeCall(1));
    expect(again).to.deep.equal(first);
    await cluster.call(changeCall(3));
    await cluster.untilExecuted(3);
    for (const slot of slots) expect(cluster.executedBy(slot)).to.deep.equal(["change-1", "change-2", "change-3"]);
  });

  it("brings a list of 5,000 shows through a front end, in fragments", async () => {
    const reply = await cluster.call(listCall);
    if (reply.kind !== "answer" || !("shows" in reply.answer)) throw new Error(`no list: ${JSON.stringify(reply)}`);
    expect(reply.answer.shows).to.have.lengthOf(showsListed);
    expect(reply.answer.shows.at(-1)?.movieName).to.equal("Movie 4999");
  });

  it("counts what comes with another key at every process, and takes nothing of it", async () => {
    await cluster.call(changeCall(1));
    await cluster.untilExecuted(1);
    const before = cluster.badMacs();
    const stranger = await cluster.openGuest(false);
    const copies = cluster.arrivals.filter(({ message }) => message.kind === "request" || message.kind === "order");
    const foreign = copies.map(({ to, message }) => ({ to, message: changed(message) }));
    for (const { to, message } of foreign) stranger.send(to, message);
    stranger.send("managers", { kind: "kill", slot: 1, target: "replica" });
    await until("it was counted by the sequencer and all managers", () =>
      [0, 1, 2, 3, 4].every((member) => (cluster.badMacs()[member] as number) > (before[member] as number)),
    );
    await cluster.call(changeCall(2));
    await cluster.untilExecuted(2);
    for (const slot of slots) expect(cluster.executedBy(slot)).to.deep.equal(["change-1", "change-2"]);
    expect(cluster.sequencer.received).to.deep.equal(["change-1", "change-2"]);
  });

  it("goes on when a request names an address that is none", async () => {
    const guest = await cluster.openGuest(true);
    const copy = cluster.arrivals.find(({ message }) => message.kind === "askStatus");
    for (const replyTo of ["nowhere", "", "a:0", "[::1]:99999", "127.0.0.1:1 "]) {
      guest.send(cluster.sequencerAddress, { kind: "askStatus", replyTo });
      guest.send(copy!.to, { kind: "askStatus", replyTo });
    }
    expect((await cluster.call(changeCall(1))).kind).to.equal("answer");
  });
});

/** A forged message that would change something if it were taken. */
function changed(message: SocketCluster["arrivals"][number]["message"]): typeof message {
  if (message.kind !== "request") return message;
  return { kind: "request", request: { ...message.request, requestId: "change-66" } };
}
