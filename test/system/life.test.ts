import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { defaultStartOptions } from "../../cluster/start-options.ts";
import type { StatusView } from "../../frontend/status-view.ts";
import { underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { isAlive, untilGone } from "./processes.ts";
import { businessDate, lifeMsMax, Service } from "./service.ts";

const processesOfCluster = 10;

describe("the life of a cluster", () => {
  it("it answers within 5 s of its start and ends with all its processes within 5 s", async function test() {
    this.timeout(20_000);
    const service = await Service.start();
    expect(service.readyMs).to.be.below(lifeMsMax.ready);
    const { managers } = await service.status();
    expect(managers.map(({ state }) => state)).to.include.members(["voting"]);
    await service.untilAllAgree(5000);
    expect(service.pids).to.have.length(processesOfCluster);
    const startedAt = performance.now();
    await service.stop();
    expect(performance.now() - startedAt).to.be.below(lifeMsMax.end);
  });

  it("two clusters on one machine do not disturb each other", async function test() {
    this.timeout(30_000);
    const services = await Promise.all([Service.start(), Service.start()]);
    try {
      await Promise.all(
        services.map((service) => underLoad(service, { clients: 8, callsMax: 300 }, (load) => load.done())),
      );
      await Promise.all(services.map((service) => service.untilAllAgree(10_000)));
      for (const service of services) {
        const { counts, managers } = await service.status();
        expect(counts.dropped, "datagrams of the other").to.deep.equal({ badMac: 0, malformed: 0 });
        expect(managers.map(({ replacements }) => replacements)).to.deep.equal([0, 0, 0, 0]);
      }
    } finally {
      await Promise.all(services.map((service) => service.stop()));
    }
  });

  it("when a process of it is frozen, it still ends with all its processes within 5 s", async function test() {
    this.timeout(20_000);
    const service = await Service.start();
    let startedAt = performance.now();
    try {
      const [one, other] = (await service.status()).managers;
      process.kill(one?.pid as number, "SIGSTOP");
      process.kill(other?.replicaPid as number, "SIGSTOP");
      startedAt = performance.now();
    } finally {
      await service.stop();
    }
    expect(performance.now() - startedAt).to.be.below(lifeMsMax.end);
  });

  it("when its launcher is killed, no process stays behind, not even a replica that hangs", async function test() {
    this.timeout(30_000);
    const dataDirectory = mkdtempSync(join(tmpdir(), "quartet-test-"));
    const launcher = fork(fileURLToPath(new URL("launcher.js", import.meta.url)));
    let pids: readonly number[] = [];
    try {
      launcher.send({ ...defaultStartOptions, port: 0, dataDirectory, isLab: true, businessDate });
      const [url] = (await once(launcher, "message")) as [string];
      pids = await pidsOf(url);
      expect(pids).to.have.length(processesOfCluster);
      await fetch(`${url}/api/faults`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ slot: 1, fault: "hang" }),
      });
      launcher.kill("SIGKILL");
      await once(launcher, "exit");
      await untilGone(pids, lifeMsMax.end);
    } finally {
      for (const pid of [launcher.pid as number, ...pids].filter(isAlive)) process.kill(pid, "SIGKILL");
      rmSync(dataDirectory, { recursive: true, force: true });
    }
  });
});

/** Waits until all four vote, so that every process is known. */
async function pidsOf(url: string): Promise<readonly number[]> {
  return await until("all four vote", 5000, async () => {
    const status = (await (await fetch(`${url}/api/status`)).json()) as StatusView;
    const { managers, sequencers, frontends } = status;
    if (managers.some(({ state }) => state !== "voting")) return undefined;
    return [
      ...[...sequencers, ...frontends].map(({ pid }) => pid),
      ...managers.flatMap(({ pid, replicaPid }) => [pid as number, replicaPid as number]),
    ];
  });
}
