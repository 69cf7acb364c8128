import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { makeClusterKey } from "../../io/seal.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { until } from "./polling.ts";
import type { RoleProcess } from "./role-process.ts";
import { RolesCluster } from "./roles-cluster.ts";
import { lifeMsMax, type Service } from "./service.ts";

const settleMsMax = 20_000;
const show = { movieID: "ATWM120523", movieName: "Dune" };
const booking = { customerID: "ATWC0001", ...show, numberOfTickets: 2 };

for (const findBy of ["multicast", "peers"] as const) {
  describe(`roles that were started by themselves and find each other by ${findBy}`, () => {
    let cluster: RolesCluster;
    let service: Service;
    const managers = new Map<Slot, RoleProcess>();

    before(async function startRoles() {
      this.timeout(40_000);
      cluster = await RolesCluster.make(findBy);
      for (const slot of slots) managers.set(slot, cluster.startManager(slot, slot));
      for (const id of [1, 2]) cluster.startSequencer(4 + id, id);
      ({ service } = await cluster.startFrontend(9));
    });

    after(async function endRoles() {
      this.timeout(40_000);
      const ends = await cluster.end();
      for (const { exitCode, tookMs } of ends) {
        expect(exitCode).to.equal(0);
        expect(tookMs).to.be.below(lifeMsMax.end);
      }
    });

    it("book, and all four agree", async function test() {
      this.timeout(60_000);
      await service.call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 50 });
      const result = await service.call("bookMovieTickets", booking, "first");
      expect(result).to.deep.nested.include({ kind: "answer", "answer.outcome": "OK" });
      await service.untilAllAgree(settleMsMax);
    });

    it("let a front end join, which gives the same answer to the same request id", async function test() {
      this.timeout(60_000);
      const first = await service.call("bookMovieTickets", booking, "again");
      const { role, service: second } = await cluster.startFrontend(10);
      const repeated = await second.call("bookMovieTickets", booking, "again");
      expect(repeated).to.deep.equal(first);
      const other = await second.call("bookMovieTickets", { ...booking, customerID: "ATWC0002" }, "again");
      expect(other).to.deep.nested.include({ kind: "answer", "answer.outcome": "OK" });
      expect(await cluster.stop(role, "SIGINT")).to.include({ exitCode: 0 });
    });

    it("let a third sequencer join, whom everybody hears of", async function test() {
      this.timeout(60_000);
      const third = cluster.startSequencer(7, 3);
      await third.untilSaid(/manager 4 is at/, settleMsMax);
      for (const manager of managers.values()) await manager.untilSaid(/sequencer 3 is at/, settleMsMax);
      await until("the front end shows it", settleMsMax, async () => {
        const { sequencers } = await service.status();
        return sequencers.some(({ id, state }) => id === 3 && state !== "unreachable") ? true : undefined;
      });
    });

    it("find a manager that comes back at another address", async function test() {
      this.timeout(60_000);
      expect(await cluster.stop(managers.get(4) as RoleProcess)).to.include({ exitCode: 0 });
      const booked = await service.call("bookMovieTickets", booking, "without-4");
      expect(booked.kind).to.equal("answer");
      managers.set(4, cluster.startManager(8, 4));
      await service.untilAllAgree(settleMsMax);
    });

    it("keep to the manager that they know when another one of its slot is started, and both say so", async function test() {
      this.timeout(60_000);
      const { incarnation } = await service.manager(4);
      const stray = cluster.start(12, ["replica-manager", "--slot", "4", "--data", join(cluster.directory, "stray")]);
      const said = /two processes of the name manager 4, at 127\.0\.0\.(8|12):/;
      for (const one of [managers.get(1), managers.get(4), stray]) await one?.untilSaid(said, settleMsMax);
      for (const endAt = performance.now() + 3 * defaultLimits.admitAfterMs; performance.now() < endAt; ) {
        await service.call("bookMovieTickets", { ...booking, customerID: "ATWC0003" });
        expect(await service.manager(4)).to.include({ incarnation });
      }
      await cluster.stop(stray);
      await service.untilAllAgree(settleMsMax);
      expect(await service.manager(4)).to.include({ incarnation, isMember: true });
    });

    it("tell both sides when one of them has another key, and let it into nothing", async function test() {
      this.timeout(60_000);
      const key = join(cluster.directory, "other.key");
      makeClusterKey(key);
      const stranger = cluster.start(11, ["sequencer", "--id", "9"], key);
      await stranger.untilSaid(/refuses this process: its cluster key is another one/, settleMsMax);
      const from = cluster.addressOn(11).replaceAll(".", "\\.");
      const said = new RegExp(`datagrams from ${from} do not have the key of this cluster \\(\\d+ so far\\): refused`);
      await (managers.get(1) as RoleProcess).untilSaid(said, settleMsMax);
      const { sequencers } = await service.status();
      expect(sequencers.map(({ id }) => id)).to.not.include(9);
      expect(stranger.lines.filter((line) => / is at /.test(line))).to.deep.equal([]);
      await cluster.stop(stranger);
    });
  });
}

describe("a role that cannot start", () => {
  it("does not listen somewhere else when the port for clients is taken", async function test() {
    this.timeout(60_000);
    const cluster = await RolesCluster.make("multicast");
    const taken = createServer();
    taken.listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    try {
      const frontend = cluster.start(1, ["frontend", "--port", `${port}`]);
      expect((await frontend.ended(settleMsMax)).exitCode).to.equal(1);
      expect(frontend.lines.join("\n")).to.include(`cannot listen on 127.0.0.1:${port}: EADDRINUSE`);
    } finally {
      taken.close();
      await cluster.end();
    }
  });

  it("says why and ends with another exit code than 0", async function test() {
    this.timeout(60_000);
    const cluster = await RolesCluster.make("multicast");
    try {
      const one = cluster.startSequencer(1, 1);
      await one.untilSaid(/^sequencer 1 at/, settleMsMax);
      const second = cluster.startSequencer(1, 2);
      expect((await second.ended(settleMsMax)).exitCode).to.equal(1);
      expect(second.lines.join("\n")).to.include(`cannot listen on ${cluster.addressOn(1)}: EADDRINUSE`);
    } finally {
      await cluster.end();
    }
  });
});
