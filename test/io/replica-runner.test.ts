import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { ClusterSettings } from "../../io/cluster-settings.ts";
import { type ReplicaEvent, ReplicaRunner } from "../../io/replica-runner.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { until } from "../sequencer/until.ts";
import { MemoryOf } from "./memory-of.ts";

const limits = { ...defaultLimits, replicaHeapMiB: 64, replicaMemoryMiB: 320 };
const canLimitMemory = spawnSync("prlimit", ["--version"]).status === 0;

describe("the replica of a manager", () => {
  it("ends at the limit of its heap, and its manager hears of it", async () => {
    const { runner, events, pid } = await started();
    const memory = new MemoryOf(pid);
    runner.write(1, '{"fault":{"name":"memory","seed":1}}');
    await until("it ended", () => memory.look() === 0 && events.length > 2);
    expect(events.at(-1)).to.deep.equal({ kind: "replicaEnded", generation: 1, cause: "signal SIGABRT" });
    if (MemoryOf.canBeSeen) expect(memory.mostMiB).to.be.within(limits.replicaHeapMiB, limits.replicaHeapMiB + 128);
  });

  it("is limited in all of its memory, and leaves no core file, where the system can do that", async function test() {
    if (!canLimitMemory) this.skip();
    const { runner, pid } = await started();
    const said = readFileSync(`/proc/${pid}/limits`, "utf8");
    runner.endAll();
    expect(said)
      .to.match(/^Max data size +335544320 +335544320 +bytes/m)
      .and.match(/^Max core file size +0 +0 /m);
  });
});

/** A replica that answers: it is the program by then, and no longer what starts it. */
async function started(): Promise<{ runner: ReplicaRunner; events: ReplicaEvent[]; pid: number }> {
  const events: ReplicaEvent[] = [];
  const settings = { theatres: ["ATW"], isLab: true } as unknown as ClusterSettings;
  const runner = new ReplicaRunner(settings, limits, { note: () => {} }, (event) => events.push(event));
  runner.start(1, "table");
  runner.write(1, '{"export":true}');
  await until("it answered", () => events.some(({ kind }) => kind === "replicaLines"));
  const [first] = events;
  expect(events.map(({ kind }) => kind)).to.deep.equal(["replicaStarted", "replicaLines"]);
  return { runner, events, pid: first?.kind === "replicaStarted" ? first.pid : 0 };
}
