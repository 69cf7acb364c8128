import { expect } from "chai";
import type { Slot } from "../../protocol/ids.ts";
import { type LoadOptions, type MixedLoad, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { type Service, useService } from "./service.ts";

/** So small that a manager which is away for a second or two finds neither order nor log to catch up from. */
const limits = { ringEntriesMax: 512, checkpointEveryEntries: 100, logEntriesMax: 1024 };
const load: LoadOptions = { clients: 16, callsMax: 60_000 };
const votesMsMax = 20_000;

describe("the loss of a manager under load", () => {
  const service = useService({ limits });

  it("kill -9 twice: every answer is right, and it comes back from a snapshot and votes", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await calls(running, 3000);
      for (let count = 0; count < 2; count++) {
        const { pid, incarnation } = await service().manager(2);
        process.kill(pid as number, "SIGKILL");
        const back = await until("the manager votes again", votesMsMax, async () => {
          const manager = await service().manager(2);
          return manager.state === "voting" && manager.pid !== pid ? manager : undefined;
        });
        expect(back.incarnation).to.not.equal(incarnation);
        // Its log was empty and the others' logs begin later: it needed a snapshot.
        expect(back.lastReplacement?.cause).to.equal("the order went on without this manager");
        await calls(running, running.calls + 500);
      }
    });
    await service().untilAllAgree(10_000);
  });

  it("kill -9 of two at once: the other two answer, and both come back and vote", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await calls(running, 500);
      const before = await Promise.all(([1, 4] as const).map((slot) => service().manager(slot)));
      for (const { pid } of before) process.kill(pid as number, "SIGKILL");
      await until("both vote again", votesMsMax, async () => {
        const now = await Promise.all(before.map(({ slot }) => service().manager(slot)));
        return now.every(({ state, pid }, index) => state === "voting" && pid !== before[index]?.pid)
          ? true
          : undefined;
      });
    });
    await service().untilAllAgree(10_000);
  });

  it("stopped for 3 s: every answer is right, and it catches up and votes", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await calls(running, 500);
      await stoppedFor(service(), 3, 3000);
      await votesAt(service(), 3);
    });
    await service().untilAllAgree(10_000);
  });
});

describe("the loss of a replica under load", () => {
  // With the log of a real service: a short one would be full before two verdicts are in, and end the replica for that.
  const service = useService({});

  it("a replica that is stopped alone is replaced, and its manager goes on", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await calls(running, 500);
      const { pid, replicaPid, replacements } = await service().manager(1);
      process.kill(replicaPid as number, "SIGSTOP");
      const back = await until("its replica is replaced", votesMsMax, async () => {
        const manager = await service().manager(1);
        return manager.state === "voting" && manager.replacements === replacements + 1 ? manager : undefined;
      });
      expect(back.pid).to.equal(pid);
      expect(back.lastReplacement?.cause).to.equal("silent: two verdicts crashed");
    });
    await service().untilAllAgree(10_000);
  });
});

function calls(running: MixedLoad, count: number): Promise<true> {
  return until(`${count} calls`, 20_000, () => (running.calls >= count ? true : undefined));
}

/** Freezes a manager's process, as a machine that hangs does, and lets it go on after a time. */
async function stoppedFor(service: Service, slot: Slot, ms: number): Promise<void> {
  const { pid } = await service.manager(slot);
  process.kill(pid as number, "SIGSTOP");
  const endAt = performance.now() + ms;
  try {
    await until("its time is over", ms + 1000, () => (performance.now() >= endAt ? true : undefined));
  } finally {
    process.kill(pid as number, "SIGCONT");
  }
}

/** Waits until a manager votes and has executed what was ordered when the waiting began. */
async function votesAt(service: Service, slot: Slot): Promise<void> {
  const { sequence } = await service.status();
  await until(`manager ${slot} votes behind number ${sequence}`, votesMsMax, async () => {
    const { state, executed } = await service.manager(slot);
    return state === "voting" && executed >= sequence ? true : undefined;
  });
}
