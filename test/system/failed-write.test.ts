import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { withDurable } from "./durable-service.ts";
import { underLoad } from "./mixed-load.ts";
import { untilBack, untilCalls } from "./under-way.ts";

describe("a write to a manager's disk that fails", () => {
  // From now on every write of that process to a file is refused with EFBIG (setrlimit(2)); the next one may write again.
  it("ends its process, which says so, comes back with its data and votes; nobody notices", async function test() {
    this.timeout(60_000);
    const runnable = this.test as Mocha.Runnable;
    await withDurable({}, async (durable) => {
      const service = await durable.start();
      const { slowestMs } = await underLoad(service, { clients: 16, callsMax: 60_000 }, async (running) => {
        await untilCalls(running, 150);
        const before = await service.manager(2);
        execFileSync("prlimit", ["--pid", String(before.pid), "--fsize=0"]);
        const { incarnation } = await untilBack(service, before, 20_000);
        expect(incarnation).to.equal(before.incarnation);
        await untilCalls(running, 150);
      });
      await durable.untilLine(/error manager 2: .*the disk failed under .*manager-2: EFBIG/, 1000);
      runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
      await service.untilAllAgree(10_000);
    });
  });
});
