import { expect } from "chai";
import { withDurable } from "./durable-service.ts";
import { underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { untilGone } from "./processes.ts";
import { lifeMsMax, Service } from "./service.ts";

const processesOfCluster = 11;

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
    await withDurable({}, async (durable) => {
      const service = await durable.start();
      await until("all four vote", 5000, async () =>
        (await service.status()).managers.every(({ state }) => state === "voting") ? true : undefined,
      );
      expect(service.pids).to.have.length(processesOfCluster);
      await service.inject(1, "hang");
      const [launcher] = durable.cluster.pids;
      process.kill(launcher as number, "SIGKILL");
      await untilGone(service.pids, lifeMsMax.end);
    });
  });
});
