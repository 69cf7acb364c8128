import { expect } from "chai";
import { useService } from "./service.ts";

describe("a service that is no lab", () => {
  const service = useService({ isLab: false, businessDate: null });

  it("refuses every fault and every kill, says why, and injects nothing", async () => {
    const tries = [
      await service().send("POST", "/api/faults", { slot: 1, fault: "crash" }),
      await service().send("DELETE", "/api/faults"),
      await service().send("DELETE", "/api/faults/f1"),
      await service().send("POST", "/api/kill", { slot: 1, target: "manager" }),
    ];
    for (const { status, body } of tries) {
      expect(status).to.equal(403);
      expect(JSON.stringify(body)).to.include("--lab");
    }
    const { faults, managers } = await service().status();
    expect(faults).to.deep.equal([]);
    expect(managers.map(({ replacements }) => replacements)).to.deep.equal([0, 0, 0, 0]);
  });
});

describe("a lab", () => {
  const service = useService();

  it("refuses what is no fault of its menu, no slot and no time, and says what is", async () => {
    const good = { slot: 1, fault: "slow", forSeconds: 1 };
    const wrong = [
      { slot: 5 },
      { slot: "1" },
      { fault: "__proto__" },
      { fault: "" },
      { forSeconds: 0 },
      { forSeconds: 1e9 },
    ];
    for (const part of wrong) {
      const { status, body } = await service().send("POST", "/api/faults", { ...good, ...part });
      expect(status, JSON.stringify(part)).to.equal(400);
      expect(body).to.have.property("detail");
    }
    expect((await service().status()).faults).to.deep.equal([]);
  });
});
