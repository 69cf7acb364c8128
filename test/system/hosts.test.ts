import { expect } from "chai";
import { HostsCluster } from "./hosts-cluster.ts";
import { FrontEnds } from "./hosts-front-ends.ts";
import type { HostRole } from "./hosts-role.ts";
import type { LoadCall } from "./mixed-load.ts";
import { canMakeLan } from "./netns-lan.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";
import { settle } from "./settlement.ts";
import { callSoap } from "./soap-caller.ts";

const testMsMax = 60_000;
const returnMsMax = 20_000;
/** Enough calls for some hundred frames to be lost. */
const roughRounds = 4;
const show = { movieID: "ATWM120523", movieName: "Dune" };
const newShow = { adminID: "ATWA0001", ...show, bookingCapacity: 40 };
const booking = { customerID: "ATWC1999", ...show, numberOfTickets: 1 };

const isPossible = canMakeLan("hosts.test.ts");

describe("a cluster on six hosts", function suite() {
  this.timeout(testMsMax);
  if (!isPossible) return;
  const cluster = useHosts();
  let first: Service;
  let second: Service;
  let both: FrontEnds;
  let fourth: HostRole;

  it("its roles find each other by multicast, also a manager that starts late", async () => {
    const sequencers = [1, 2].map((id) => cluster().startSequencer(id, id));
    const managers = ([1, 2, 3] as const).map((slot) => cluster().startManager(slot, slot));
    const startLast = async () => {
      await Promise.all([...sequencers, ...managers].map((role) => role.untilOpen()));
      return cluster().startManager(4, 4);
    };
    [first, fourth] = await Promise.all([cluster().startFrontend(5), startLast()]);
    const status = await first.status();
    expect(status.managers.map(({ pid }) => pid)).to.deep.equal([...managers, fourth].map(({ pid }) => pid));
    expect(status.sequencers.map(({ pid }) => pid)).to.have.members(sequencers.map(({ pid }) => pid));
    await first.call("addMovieSlots", newShow);
  });

  it("a front end that starts late joins, and each answers what was asked of the other with the same answer", async () => {
    second = await cluster().startFrontend(6);
    both = new FrontEnds(first, second);
    await both.underLoad((loads) => loads.untilBothCalled());
    await both.untilAllAgree();
  });

  it("all is answered while frames are late, lost, doubled and out of order", async function test() {
    await cluster().lan.roughen({ delayMs: 20, jitterMs: 10, lost: 0.05, doubled: 0.05, hasty: 0.25 });
    const { slowestMs } = await both.underLoad(async (loads) => {
      for (let round = 0; round < roughRounds; round++) await loads.untilBothCalled();
    });
    noteSlowest(this.test, slowestMs);
    await cluster().lan.heal();
    await both.untilAllAgree();
  });

  for (const [trouble, make] of [
    ["is cut off", (host: number) => cluster().lan.takeDown(host)],
    ["hears nobody, but is heard", (host: number) => cluster().lan.deafen(host)],
    ["hears all, but is heard by nobody", (host: number) => cluster().lan.mute(host)],
  ] as const) {
    it(`the host of the active sequencer ${trouble}: another leads, all is answered, and the first finds itself deposed`, async function test() {
      const { slowestMs } = await both.underLoad(async (loads) => {
        await loads.untilBothCalled();
        const before = await both.leader();
        await make(hostOf(before));
        await both.untilAnotherLeads(before);
        await loads.untilBothCalled();
        await cluster().lan.heal();
        await both.untilStandsBy(before);
        await loads.untilBothCalled();
      });
      noteSlowest(this.test, slowestMs);
      await both.untilAllAgree();
    });
  }

  it("two managers parted from two: only one side answers, and afterwards both front ends agree", async () => {
    const isFirstSide = hostOf(await both.leader()) === 1;
    const [leading, other] = isFirstSide ? [first, second] : [second, first];
    cluster().lan.part([1, 3, 5]);
    const calls = ["a", "b", "c"].map((letter) => callOf(`parted-${letter}`));
    const [answered, refused, unread] = await Promise.all([
      Promise.all([1, 2, 3].map((count) => leading.call("bookMovieTickets", booking, `leading-${count}`))),
      Promise.all(calls.map(({ operation, args, requestId }) => callSoap(other.localUrl, operation, args, requestId))),
      callSoap(other.localUrl, "listMovieShowsAvailability", { movieName: show.movieName }),
    ]);
    for (const result of answered) expect(result).to.include({ kind: "answer" });
    for (const result of refused) expect(result).to.include({ kind: "fault", code: "OUTCOME_UNKNOWN" });
    expect(unread).to.include({ kind: "fault", code: "NO_AGREEMENT" });
    await cluster().lan.heal();
    await both.untilReady();
    for (const call of calls) {
      await settle(leading, call);
      await other.call("bookMovieTickets", booking, call.requestId);
    }
    await both.untilAllAgree();
  });

  it("a manager that comes back on another host is found there and votes", async () => {
    await both.underLoad(async (loads) => {
      await fourth.stop();
      await loads.untilBothCalled();
      const { pid } = cluster().startManager(3, 4);
      await until("it votes", returnMsMax, async () => {
        const { state, pid: now } = await second.manager(4);
        return state === "voting" && now === pid ? true : undefined;
      });
    });
    await both.untilAllAgree();
  });

  it("every role ends in order", async () => {
    await cluster().stop();
  });
});

describe("a cluster on hosts without multicast", function suite() {
  this.timeout(testMsMax);
  if (!isPossible) return;
  const cluster = useHosts("--no-multicast");

  it("its roles find each other by one peer each, and book", async () => {
    const [sequencer, manager] = ["198.18.0.1:7421", "198.18.0.3:7413"].map((peer) => ["--peers", peer]);
    cluster().lan.dropMulticast();
    cluster().startSequencer(1, 1, manager);
    cluster().startSequencer(2, 2, sequencer);
    for (const slot of [1, 2, 3, 4] as const) cluster().startManager(slot, slot, sequencer);
    const [first, second] = await Promise.all([
      cluster().startFrontend(5, sequencer),
      cluster().startFrontend(6, manager),
    ]);
    const both = new FrontEnds(first, second);
    await both.underLoad((loads) => loads.untilBothCalled());
    await both.untilAllAgree();
    expect((await second.status()).sequencers).to.have.length(2);
    await cluster().stop();
  });
});

/** A cluster whose network is there during the tests of a suite; every test begins with a healed network. */
function useHosts(...words: readonly string[]): () => HostsCluster {
  let cluster: HostsCluster | undefined;
  before(async () => {
    cluster = await HostsCluster.make(6, words);
  });
  afterEach(async function healNetwork() {
    const lines = cluster?.takeLines() ?? [];
    if (this.currentTest?.state === "failed") process.stderr.write(`${lines.join("\n")}\n`);
    await cluster?.lan.heal();
  });
  after(async () => {
    await cluster?.end();
  });
  return () => {
    if (cluster === undefined) throw new Error("the hosts are there only during the tests of their suite");
    return cluster;
  };
}

function noteSlowest(test: Mocha.Runnable | undefined, ms: number): void {
  if (test !== undefined) test.title += ` (slowest answer ${ms.toFixed(0)} ms)`;
}

/** Sequencers are on the hosts of their ids. */
function hostOf(sequencerId: number): number {
  return sequencerId;
}

function callOf(requestId: string): LoadCall {
  return { operation: "bookMovieTickets", args: booking, requestId, startedAt: performance.now() };
}
