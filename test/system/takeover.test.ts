import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { type DurableService, withDurable } from "./durable-service.ts";
import { type LoadOptions, type MixedLoad, underLoad } from "./mixed-load.ts";
import type { Service } from "./service.ts";
import { expectSameAnswer, isChange } from "./settlement.ts";
import { callSoap, type SoapAnswer, type SoapResult } from "./soap-caller.ts";
import { activeOf, leadsMsMax, untilAnotherLeads, untilPaired } from "./takeover-leaders.ts";
import { withSecondFrontend } from "./takeover-second-frontend.ts";
import { freeze, untilCalls } from "./under-way.ts";

/** More of them for a long run: `QUARTET_TAKEOVERS=20 QUARTET_FREEZE_SECONDS=30 node tools/test.mjs test/system/takeover.test.ts`. */
const takeovers = Number(process.env["QUARTET_TAKEOVERS"] ?? 3);
const freezeSeconds = Number(process.env["QUARTET_FREEZE_SECONDS"] ?? 3);
/** With ids of its own, so that what is answered can be asked for again. */
const load: LoadOptions = { clients: 16, callsMax: 60_000, idsFrom: "load-" };
const callsBetween = 200;
/** Shorter than what tells a sequencer by itself that it was away. */
const momentMs = 800;
const momentsFrozen = 3;
const handovers = 3;
/** Long enough for every call to wait, and for several campaigns. */
const awayMs = 750;
/** Changes that are sent again in the end: the last ones, and as many from all over the run. */
const askedAgain = 100;

describe("two sequencers under load", () => {
  it(`the one that leads is killed ${takeovers} times: the other goes on behind the log, and nothing is lost or done twice`, async function test() {
    this.timeout(60_000 + 5000 * takeovers);
    await survive(this.test as Mocha.Runnable, load, async ({ service, running }) => {
      for (let count = 0; count < takeovers; count++) {
        const before = await untilPaired(service);
        await untilCalls(running, callsBetween);
        const { pid } = activeOf(before);
        process.kill(pid, "SIGKILL");
        const after = await untilAnotherLeads(service, before);
        expect(after.sequence, "the log of the later epoch").to.be.at.least(before.sequence);
        await untilCalls(running, callsBetween);
        await untilPaired(service, [pid]);
      }
    });
  });

  it("the one that leads ends in order, again and again: it hands over, and nobody waits until it is missed", async function test() {
    this.timeout(90_000);
    await survive(this.test as Mocha.Runnable, load, async ({ durable, service, running }) => {
      for (let count = 0; count < handovers; count++) {
        const before = await untilPaired(service);
        await untilCalls(running, callsBetween);
        const { pid, id } = activeOf(before);
        const lines = durable.lines.length;
        process.kill(pid, "SIGTERM");
        await durable.untilLine(new RegExp(`sequencer ${id} hands epoch \\d+ over`), leadsMsMax, lines);
        await untilAnotherLeads(service, before);
        await untilPaired(service, [pid]);
      }
    });
  });

  it(`the one that leads is frozen for ${freezeSeconds} s: the other leads, and the first finds itself deposed and stands by`, async function test() {
    this.timeout(60_000 + 1000 * freezeSeconds);
    // Few clients: what is checked in the end are all calls of the whole time.
    const steady = { ...load, clients: 4, callsMax: 200_000 };
    await survive(this.test as Mocha.Runnable, steady, async ({ durable, service, running }) => {
      const before = await untilPaired(service);
      await untilCalls(running, callsBetween);
      const { pid, id } = activeOf(before);
      let other = 0;
      await Promise.all([
        freeze(pid, 1000 * freezeSeconds),
        untilAnotherLeads(service, before).then((after) => (other = activeOf(after, [pid]).id)),
      ]);
      expect(other).to.equal(3 - id);
      await durable.untilLine(deposedOf(id), leadsMsMax);
      const after = await untilPaired(service);
      expect(activeOf(after).id, "the one that took over").to.equal(other);
      await untilCalls(running, callsBetween);
    });
  });

  it("the one that leads is frozen for a moment, again and again: what it still orders afterwards counts for nothing", async function test() {
    this.timeout(90_000);
    await survive(this.test as Mocha.Runnable, load, async ({ durable, service, running }) => {
      for (let count = 0; count < momentsFrozen; count++) {
        const before = await untilPaired(service);
        await untilCalls(running, callsBetween);
        const { pid, id } = activeOf(before);
        const lines = durable.lines.length;
        await freeze(pid, momentMs, () => untilAnotherLeads(service, before));
        // It goes on as the leader that it was, with all that was sent to it meanwhile, until others contradict it.
        await durable.untilLine(deposedOf(id), leadsMsMax, lines);
        await untilCalls(running, callsBetween);
      }
      await untilPaired(service);
    });
  });

  it("the one that leads dies while one manager is away and another is behind: the best of the logs goes on", async function test() {
    this.timeout(60_000);
    await survive(this.test as Mocha.Runnable, load, async ({ durable, service, running }) => {
      const before = await untilPaired(service);
      const { pid } = activeOf(before);
      const [away, , , behind] = before.managers.map((manager) => manager.pid as number);
      await durable.whileDead([behind as number], async () => {
        await untilCalls(running, callsBetween);
        process.kill(away as number, "SIGSTOP");
        process.kill(pid, "SIGKILL");
      });
      await untilAnotherLeads(service, before);
      await untilCalls(running, callsBetween);
      process.kill(away as number, "SIGCONT");
      await untilPaired(service, [pid]);
    });
  });

  it("both are killed at once: one that is started again goes on behind the log", async function test() {
    this.timeout(60_000);
    await survive(this.test as Mocha.Runnable, load, async ({ service, running }) => {
      const before = await untilPaired(service);
      await untilCalls(running, callsBetween);
      const pids = before.sequencers.map(({ pid }) => pid);
      for (const pid of pids) process.kill(pid, "SIGKILL");
      const after = await untilAnotherLeads(service, before, pids);
      expect(after.sequence, "the log of the later epoch").to.be.at.least(before.sequence);
      await untilCalls(running, callsBetween);
      await untilPaired(service, pids);
    });
  });

  it("both are away for a while, without anybody who leads: changes wait, and each is done once", async function test() {
    this.timeout(60_000);
    await survive(this.test as Mocha.Runnable, load, async ({ durable, service, running }) => {
      const before = await untilPaired(service);
      await untilCalls(running, callsBetween);
      const pids = before.sequencers.map(({ pid }) => pid);
      await durable.whileDead(pids, async () => {
        await delay(awayMs);
        // By now every client has a call under way that nobody numbers.
        const { calls } = running;
        await delay(awayMs);
        expect(running.calls, "calls answered without a sequencer").to.equal(calls);
      });
      await untilAnotherLeads(service, before, pids);
      await untilCalls(running, callsBetween);
      await untilPaired(service, pids);
    });
  });
});

describe("a request id that comes through two front ends", () => {
  const show = { movieID: "ATWM120523", movieName: "Avatar" };
  const bookings = Array.from({ length: 20 }, (_, index) => ({
    args: { customerID: `ATWC${1000 + index}`, ...show, numberOfTickets: 1 },
    requestId: `both-${index}`,
  }));

  it("is done once and has one number and one answer, also when a takeover comes between or in the midst", async function test() {
    this.timeout(60_000);
    await withDurable({ sequencers: 2 }, async (durable) => {
      const service = await durable.start();
      await withSecondFrontend(service, async (url) => {
        await service.call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 100 });
        const bookAll = (at: string) =>
          Promise.all(bookings.map(({ args, requestId }) => callSoap(at, "bookMovieTickets", args, requestId)));
        const before = await untilPaired(service);
        process.kill(activeOf(before).pid, "SIGKILL");
        const inTheMidst = await Promise.all([bookAll(service.localUrl), bookAll(url)]);
        await untilAnotherLeads(service, before);
        const afterwards = await Promise.all([bookAll(url), bookAll(service.localUrl)]);
        const [first, ...others] = [...inTheMidst, ...afterwards].map((results) => results.map(answerOf));
        for (const answers of others) expect(answers).to.deep.equal(first);
        const numbers = new Set(first?.map(({ sequence }) => sequence));
        expect(numbers.size, "numbers of so many bookings").to.equal(bookings.length);
        const shows = await callSoap(url, "listMovieShowsAvailability", { movieName: show.movieName });
        expect(shows).to.deep.nested.include({ "answer.shows[0].available": 100 - bookings.length });
      });
    });
  });
});

interface Stage {
  readonly durable: DurableService;
  readonly service: Service;
  readonly running: MixedLoad;
}

/**
 * Has something happen to a service with two sequencers under load: every call is answered, and rightly; changes that
 * are sent again afterwards have the number and the answer that they had.
 */
async function survive(
  runnable: Mocha.Runnable,
  options: LoadOptions,
  happen: (stage: Stage) => Promise<void>,
): Promise<void> {
  await withDurable({ sequencers: 2 }, async (durable) => {
    const service = await durable.start();
    const running = await underLoad(service, options, (one) => happen({ durable, service, running: one }));
    const changes = running.answered.filter(isChange);
    const step = Math.max(1, Math.floor(changes.length / askedAgain));
    const some = [...changes.filter((_, at) => at % step === 0), ...changes.slice(-askedAgain)];
    for (const change of some) await expectSameAnswer(service, change);
    runnable.title += ` (${running.calls} calls, slowest answer ${running.slowestMs.toFixed(0)} ms)`;
    await service.untilAllAgree(10_000);
  });
}

/** By what others say, or by itself: it heard nobody for as long as it was frozen. */
function deposedOf(id: number): RegExp {
  return new RegExp(`sequencer ${id}: (epoch \\d+ of sequencer ${id} is superseded|.* leads no longer)`);
}

function answerOf(result: SoapResult): Omit<SoapAnswer, "text"> {
  if (result.kind === "fault") throw new Error(`fault ${result.code}: ${result.message}`);
  const { text: _, ...answer } = result;
  return answer;
}
