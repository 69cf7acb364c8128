import { expect } from "chai";
import { type LoadOptions, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { useService } from "./service.ts";
import { untilBack, untilCalls } from "./under-way.ts";

const load: LoadOptions = { clients: 16, callsMax: 60_000 };
const votesMsMax = 20_000;

describe("the loss of a manager under load", () => {
  const service = useService();

  it("kill -9 twice: every answer is right, and it comes back with its data and its incarnation, and votes", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      for (let count = 0; count < 2; count++) {
        await untilCalls(running, 200);
        const before = await service().manager(2);
        process.kill(before.pid as number, "SIGKILL");
        const { incarnation, isMember, replacements } = await untilBack(service(), before, votesMsMax);
        expect({ incarnation, isMember }).to.deep.equal({ incarnation: before.incarnation, isMember: true });
        expect(replacements, "its replica executed its log, and nobody had to prove that").to.equal(0);
      }
    });
    await service().untilAllAgree(10_000);
  });

  it("kill -9 of two at once: the other two answer, and both come back and vote", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await untilCalls(running, 200);
      const before = await Promise.all(([1, 4] as const).map((slot) => service().manager(slot)));
      for (const { pid } of before) process.kill(pid as number, "SIGKILL");
      const back = await Promise.all(before.map((one) => untilBack(service(), one, votesMsMax)));
      expect(back.map(({ incarnation }) => incarnation)).to.deep.equal(before.map(({ incarnation }) => incarnation));
    });
    await service().untilAllAgree(10_000);
  });

  it("a replica that is stopped alone is replaced, and its manager goes on", async function test() {
    this.timeout(60_000);
    await underLoad(service(), load, async (running) => {
      await untilCalls(running, 200);
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
