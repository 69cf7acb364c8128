import { expect } from "chai";
import type { Slot } from "../../protocol/ids.ts";
import { type MixedLoad, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { type Service, useService } from "./service.ts";

/** Which replica crashes and which is wrong; each slot is wrong once, so that the quickest to answer is among them. */
const rounds: readonly (readonly [crashes: Slot, isWrong: Slot])[] = [
  [2, 3],
  [3, 1],
  [1, 4],
  [4, 2],
];

describe("one replica crashes and another is wrong at the same time", () => {
  const service = useService();

  it("customers get only right answers, and all four vote again with equal digests", async function test() {
    this.timeout(90_000);
    await underLoad(service(), { clients: 24, callsMax: 60_000 }, async (load) => {
      for (const [crashes, isWrong] of rounds) await faultRound(service(), load, crashes, isWrong);
    });
    await service().untilAllAgree(15_000);
    expect((await service().status()).counts.noAgreement).to.equal(0);
  });
});

async function faultRound(service: Service, load: MixedLoad, crashes: Slot, isWrong: Slot): Promise<void> {
  const calls = load.calls + 300;
  await until("the load runs", 10_000, () => (load.calls > calls ? true : undefined));
  const before = (await service.status()).managers;
  await Promise.all([service.inject(crashes, "crash"), service.inject(isWrong, "random-answers")]);
  const after = await until(`the replicas of slots ${crashes} and ${isWrong} are replaced`, 20_000, async () => {
    const { managers } = await service.status();
    const areReplaced = [crashes, isWrong].every(
      (slot) => managers[slot - 1]?.replacements === (before[slot - 1]?.replacements ?? 0) + 1,
    );
    return areReplaced && managers.every(({ state }) => state === "voting") ? managers : undefined;
  });
  const crashed = after[crashes - 1]?.lastReplacement;
  expect(crashed?.cause).to.equal("its process ended: exit code 70");
  expect(crashed?.to).to.equal(crashed?.from);
  const condemned = after[isWrong - 1]?.lastReplacement;
  expect(condemned?.cause).to.equal("3 wrong answers in a row");
  expect(condemned?.to).to.not.equal(condemned?.from);
}
