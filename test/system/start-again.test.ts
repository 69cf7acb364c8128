import { expect } from "chai";
import { withDurable } from "./durable-service.ts";
import { underLoad } from "./mixed-load.ts";
import { Service } from "./service.ts";

describe("a start on data that is there", () => {
  it("shows how far each manager has come, and goes on where the service ended", async function test() {
    this.timeout(60_000);
    const runnable = this.test as Mocha.Runnable;
    await withDurable({}, async (durable) => {
      const first = await durable.start();
      await underLoad(first, { clients: 16, callsMax: 800 }, (running) => running.done());
      const { sequence } = await first.status();
      await first.stop();
      const service = await durable.start();
      const shown = durable.cluster.waitings.flatMap(({ managers }) => managers.map(({ progress }) => progress));
      const loading = shown.filter((progress) => progress?.what === "loading" || progress?.what === "replaying");
      expect(loading, JSON.stringify(durable.cluster.waitings)).to.not.have.length(0);
      for (const progress of loading) expect(progress?.done).to.be.within(0, progress?.total as number);
      expect((await service.status()).sequence).to.be.at.least(sequence);
      runnable.title += ` (${sequence} entries, ${service.readyMs.toFixed(0)} ms)`;
      await service.untilAllAgree(5000);
    });
  });

  it("is refused while another service is on it, says which process that is, and disturbs nothing", async function test() {
    this.timeout(60_000);
    await withDurable({}, async (durable) => {
      const service = await durable.start();
      const [launcher] = durable.cluster.pids;
      const { dataDirectory } = durable;
      const second = await Service.start({ dataDirectory }).then(
        () => expect.fail("two services on one data directory"),
        (error: Error) => error.message,
      );
      expect(second).to.include(
        `the data directory ${dataDirectory} is in use by process ${launcher}; stop that service`,
      );
      await underLoad(service, { clients: 4, callsMax: 100 }, (running) => running.done());
      await service.untilAllAgree(5000);
    });
  });
});
