import { expect } from "chai";
import { withDurable } from "./durable-service.ts";
import { type LoadOptions, underLoad } from "./mixed-load.ts";
import { useService } from "./service.ts";
import { freeze, untilBack, untilCalls, untilVotesAt } from "./under-way.ts";

const load: LoadOptions = { clients: 16, callsMax: 60_000 };
const votesMsMax = 20_000;
/** So small that what a manager misses in a second or two is in no ring and no log any more. */
const limits = { windowEntriesMax: 256, ringEntriesMax: 512, checkpointEveryEntries: 100, logEntriesMax: 1024 };
/** More than that, however much of the load only reads. */
const missedCalls = 2500;

describe("a manager that was away", () => {
  const service = useService();

  it("frozen for 5 s under load: every answer is right, and it catches up and votes", async function test() {
    this.timeout(60_000);
    const runnable = this.test as Mocha.Runnable;
    const { slowestMs } = await underLoad(service(), load, async (running) => {
      await untilCalls(running, 300);
      await freeze((await service().manager(3)).pid, 5000);
      await untilVotesAt(service(), 3, votesMsMax);
    });
    runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
    await service().untilAllAgree(10_000);
  });

  it("for longer than the others keep their logs, under full load: it takes over a snapshot and votes, and nobody notices", async function test() {
    this.timeout(90_000);
    const runnable = this.test as Mocha.Runnable;
    await withDurable({ limits }, async (durable) => {
      const service = await durable.start();
      const { slowestMs } = await underLoad(service, load, async (running) => {
        await untilCalls(running, 300);
        const before = await service.manager(2);
        await durable.whileDead([before.pid], () => untilCalls(running, missedCalls));
        const back = await untilBack(service, before, votesMsMax);
        expect(back.incarnation).to.equal(before.incarnation);
        await untilVotesAt(service, 2, votesMsMax);
      });
      await durable.untilLine(/manager 2: takes over the state at \d+: its log was too short/, 1000);
      runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
      await service.untilAllAgree(10_000);
    });
  });
});
