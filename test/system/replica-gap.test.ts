import { expect } from "chai";
import { underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { useService } from "./service.ts";

describe("a replica that skips an answer", () => {
  const service = useService();

  // A hang that ends before anyone condemns it: what it was asked in that time stays unanswered.
  it("is restored as the same version, and what it wrote stands in the status", async function test() {
    this.timeout(30_000);
    const { version } = await service().manager(1);
    await underLoad(service(), { clients: 4, callsMax: 20_000 }, async (load) => {
      await until("the load runs", 5000, () => (load.calls > 50 ? true : undefined));
      await service().inject(1, "hang", 0.5);
      const { lastReplacement } = await until("it votes again", 10_000, async () => {
        const manager = await service().manager(1);
        return manager.state === "voting" && manager.replacements === 1 ? manager : undefined;
      });
      expect(lastReplacement).to.include({ from: version, to: version });
      expect(lastReplacement?.cause).to.include("it broke its contract: no answer to");
    });
    await service().untilAllAgree(10_000);
  });
});
