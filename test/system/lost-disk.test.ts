import { renameSync, rmSync } from "node:fs";
import { expect } from "chai";
import { slots as everySlot, type Slot } from "../../protocol/ids.ts";
import { type DurableService, withDurable } from "./durable-service.ts";
import { type LoadOptions, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";
import { callSoap } from "./soap-caller.ts";
import { untilCalls } from "./under-way.ts";

const load: LoadOptions = { clients: 16, callsMax: 60_000 };
/** Two seconds of them pass by rule before a manager with new data is admitted. */
const admittedMsMax = 20_000;
const show = { movieID: "ATWM120523", movieName: "Avatar" };
const booking = { customerID: "ATWC1234", ...show, numberOfTickets: 2 };

describe("a lost disk", () => {
  it("under load: its manager is a stranger, is admitted by itself and votes with equal digests; then another one", async function test() {
    this.timeout(90_000);
    const runnable = this.test as Mocha.Runnable;
    await withDurable({}, async (durable) => {
      const service = await durable.start();
      const { slowestMs } = await underLoad(service, load, async (running) => {
        for (const slot of [2, 4] as const) {
          await untilCalls(running, 150);
          const { incarnation } = await service.manager(slot);
          await loseDisks(durable, service, [slot]);
          await untilStranger(service, slot, incarnation);
          await untilMember(service, slot);
        }
      });
      runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
      await service.untilAllAgree(10_000);
    });
  });
});

describe("two disks lost at once", () => {
  // Short, since a fault by this deadline is what is looked for.
  const limits = { answerDeadlineMs: 1000, silenceMs: 2000 };
  const lost = [1, 3] as const;

  it("nobody is admitted, which is said; what is answered is right, and without a sequencer nothing is answered", async function test() {
    this.timeout(60_000);
    await withDurable({ limits }, async (durable) => {
      const service = await durable.start();
      await service.call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 10 });
      await service.call("bookMovieTickets", booking);
      const before = await Promise.all(lost.map((slot) => service.manager(slot)));
      await loseDisks(durable, service, lost);
      for (const { slot, incarnation } of before) await untilStranger(service, slot, incarnation);
      await durable.untilLine(
        /manager [13] cannot be admitted yet: all three others have to be reachable/,
        admittedMsMax,
      );
      const again = await service.call("bookMovieTickets", booking);
      expect(again).to.deep.nested.include({ "answer.held": 4, "answer.available": 6 });
      await expectNoAnswerWithoutSequencer(service);
      const { managers } = await service.status();
      expect(managers.map(({ isMember }) => isMember)).to.deep.equal([false, true, false, true]);
    });
  });

  it("before a start: it is refused with the reason, and with the disks back everything is there", async function test() {
    this.timeout(60_000);
    await withDurable({}, async (durable) => {
      const first = await durable.start();
      await first.call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 10 });
      await durable.cut();
      for (const slots of [lost, everySlot]) {
        for (const slot of slots) renameSync(durable.directoryOf(slot), `${durable.directoryOf(slot)}.away`);
        const started = await durable.start().catch((error: Error) => error.message);
        expect(started).to.include(`the data of managers ${slots.join(", ")} is missing`);
        for (const slot of slots) renameSync(`${durable.directoryOf(slot)}.away`, durable.directoryOf(slot));
      }
      const service = await durable.start();
      await service.call("bookMovieTickets", booking);
      await service.untilAllAgree(5000);
    });
  });
});

/** The survivors are two: they know all that was answered, but no new sequencer can be sure of that. */
async function expectNoAnswerWithoutSequencer(service: Service): Promise<void> {
  for (const { pid } of (await service.status()).sequencers) process.kill(pid, "SIGKILL");
  await until("readyz says 503", 10_000, async () =>
    (await service.send("GET", "/readyz")).status === 503 ? true : undefined,
  );
  const results = [
    await callSoap(service.localUrl, "bookMovieTickets", booking, "lost-1"),
    await callSoap(service.localUrl, "listMovieShowsAvailability", { movieName: show.movieName }),
  ];
  const codes = results.map((result) => (result.kind === "fault" ? result.code : result.answer));
  expect(codes).to.deep.equal(["OUTCOME_UNKNOWN", "NO_AGREEMENT"]);
}

/** Kills managers and removes their directories before they are started again. */
async function loseDisks(durable: DurableService, service: Service, lost: readonly Slot[]): Promise<void> {
  const views = await Promise.all(lost.map((slot) => service.manager(slot)));
  await durable.whileDead(
    views.map(({ pid }) => pid),
    async () => {
      for (const slot of lost) removeDisk(durable, slot);
    },
  );
}

function removeDisk(durable: DurableService, slot: Slot): void {
  rmSync(durable.directoryOf(slot), { recursive: true });
}

/** Waits until a manager is back that says that it is another one, and that it does not count. */
async function untilStranger(service: Service, slot: Slot, before: string | null): Promise<void> {
  await until(`manager ${slot} is a stranger`, admittedMsMax, async () => {
    const { incarnation, isMember, state } = await service.manager(slot);
    if (incarnation === before || isMember) return undefined;
    expect(state, "the state of a stranger").to.not.equal("voting");
    return true;
  });
}

async function untilMember(service: Service, slot: Slot): Promise<void> {
  await until(`manager ${slot} is admitted and votes`, admittedMsMax, async () => {
    const { isMember, state } = await service.manager(slot);
    return isMember && state === "voting" ? true : undefined;
  });
}
