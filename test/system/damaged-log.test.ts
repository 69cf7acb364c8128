import { readdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "chai";
import { slots } from "../../protocol/ids.ts";
import { type DurableService, withDurable } from "./durable-service.ts";
import { beginAnother, flipInTheMiddle, loseTheEnd, spoilLog, spoilSnapshot } from "./log-bytes.ts";
import { MixedLoad, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import type { Service } from "./service.ts";
import { expectSameAnswer, isChange, settle } from "./settlement.ts";

const load = { clients: 16, callsMax: 500, idsFrom: "load-" };
const limits = { checkpointEveryEntries: 100 };
const admittedMsMax = 20_000;
const askedAgain = 100;

describe("data that is not what was written", () => {
  it("a flipped bit in a log: the directory is set aside, which is said, and its manager begins anew", async function test() {
    this.timeout(60_000);
    await withDurable({ limits }, async (durable) => {
      const first = await durable.start();
      await underLoad(first, load, (running) => running.done());
      const { incarnation } = await first.manager(3);
      await durable.cut();
      spoilLog(durable.directoryOf(3), flipInTheMiddle);
      const service = await durable.start();
      const what =
        "manager-3 is damaged: in log/\\d+.log, at byte \\d+: a batch is not whole, and batch \\d+ behind it is";
      const aside = "kept as .*/manager-3.damaged-\\d+T\\d+Z and treated as a lost disk";
      await durable.untilLine(new RegExp(`error manager 3: .*${what}; ${aside}`), 5000);
      await underLoad(service, { clients: 4, callsMax: 60_000 }, () => untilAdmitted(service, 3, incarnation));
      expect(readdirSync(durable.dataDirectory).filter((name) => name.startsWith("manager-3.damaged-"))).to.have.length(
        1,
      );
      await service.untilAllAgree(10_000);
    });
  });

  it("a write that was under way, in all logs at once, one of which lost its last write too: nothing answered is lost", async function test() {
    this.timeout(60_000);
    await withDurable({ limits }, async (durable) => {
      const running = await cutUnderLoad(durable);
      spoilLog(durable.directoryOf(2), loseTheEnd);
      for (const slot of [1, 3, 4] as const) spoilLog(durable.directoryOf(slot), beginAnother);
      await expectEverything(durable, running);
      for (const slot of slots)
        await durable.untilLine(new RegExp(`manager ${slot}: dropped \\d+ bytes at the end`), 1000);
    });
  });

  it("a damaged snapshot: an older one takes its place, which is said", async function test() {
    this.timeout(60_000);
    await withDurable({ limits }, async (durable) => {
      const first = await durable.start();
      await underLoad(first, load, (running) => running.done());
      const { incarnation } = await first.manager(4);
      await durable.cut();
      spoilSnapshot(durable.directoryOf(4), flipInTheMiddle);
      const service = await durable.start();
      await durable.untilLine(
        /warn {2}manager 4: in .*manager-4: the snapshot snapshots\/\S+ is damaged; not needed/,
        5000,
      );
      await service.untilAllAgree(10_000);
      expect(await service.manager(4)).to.include({ incarnation, isMember: true });
    });
  });
});

async function cutUnderLoad(durable: DurableService): Promise<MixedLoad> {
  const running = new MixedLoad(await durable.start(), { ...load, callsMax: 60_000 });
  const lost = running.lost();
  await delay(800);
  await durable.cut();
  await lost;
  return running;
}

async function expectEverything(durable: DurableService, { answered, unanswered }: MixedLoad): Promise<void> {
  const service = await durable.start();
  await Promise.all(unanswered.filter(isChange).map((call) => settle(service, call)));
  const last = answered.filter(isChange).slice(-askedAgain);
  await Promise.all(last.map((call) => expectSameAnswer(service, call)));
  await service.untilAllAgree(10_000);
}

async function untilAdmitted(service: Service, slot: 3, before: string | null): Promise<void> {
  await until(`manager ${slot} is admitted and votes`, admittedMsMax, async () => {
    const { incarnation, isMember, state } = await service.manager(slot);
    return incarnation !== before && isMember && state === "voting" ? true : undefined;
  });
}
