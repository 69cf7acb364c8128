import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type DurableService, withDurable } from "./durable-service.ts";
import { underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { untilCalls, untilVotesAt } from "./under-way.ts";

const slot = 2;
const MiB = 1024 * 1024;
const diskMiB = 24;
/** Small files, so that the log needs another one soon. */
const limits = { logFileBytes: MiB / 2, logBatchBytesMax: MiB / 8, logQueueBytesMax: MiB, roomRetryMs: 200 };
const isRequired = process.env["CI"] !== undefined;
const isPossible = process.platform === "linux" && process.getuid?.() === 0;

describe("a full disk", () => {
  if (!isRequired && !isPossible) {
    process.stderr.write("full-disk.test.ts: nothing is tested here, since only root may mount a small disk\n");
    return;
  }

  it("its manager says so and accepts nothing, the others go on; with room again it catches up and votes", async function test() {
    this.timeout(90_000);
    await withDurable({ limits }, async (durable) => {
      await onSmallDisk(durable, async (directory) => {
        const service = await durable.start();
        await underLoad(service, { clients: 16, callsMax: 60_000 }, async (running) => {
          await untilCalls(running, 150);
          const ballast = fillUp(directory);
          await until("it has no room", 40_000, async () => ((await service.manager(slot)).hasRoom ? undefined : true));
          await durable.untilLine(/error manager 2: the disk of manager 2 is full: it accepts nothing/, 1000);
          // Long enough for the status to show what was under way when it became full.
          await untilCalls(running, 400);
          const full = await service.manager(slot);
          await untilCalls(running, 400);
          const still = await service.manager(slot);
          expect(still).to.include({ hasRoom: false, pid: full.pid, durable: full.durable });
          expect((await service.status()).sequence).to.be.above(full.durable);
          expect((await service.send("GET", "/readyz")).status).to.equal(200);
          rmSync(ballast);
          await durable.untilLine(/manager 2: the disk of manager 2 has room again: it catches up/, 10_000);
          await untilVotesAt(service, slot, 20_000);
        });
        await service.untilAllAgree(10_000);
      });
    });
  });
});

/** Gives one manager a disk of its own, which is small, and takes it away again whatever happens. */
async function onSmallDisk(durable: DurableService, act: (directory: string) => Promise<void>): Promise<void> {
  const directory = durable.directoryOf(slot);
  mkdirSync(directory, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskMiB}m`, "tmpfs", directory]);
  try {
    await act(directory);
  } finally {
    // Nobody may have a file open there.
    await durable.cut();
    execFileSync("umount", [directory]);
  }
}

/** Leaves no room on a disk; the file that takes it. */
function fillUp(directory: string): string {
  const path = join(directory, "ballast");
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(path, new Uint8Array(bavail * bsize));
  return path;
}
