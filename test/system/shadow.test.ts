import { expect } from "chai";
import type { ShadowStatus } from "../../protocol/message.ts";
import { until } from "./polling.ts";
import { RolesCluster } from "./roles-cluster.ts";
import { type Service, useService } from "./service.ts";

const slot = 4;
const bookings = 200;
const atOnce = 20;
const followsMsMax = 15_000;
const show = { movieID: "ATWM130523", movieName: "Avatar" };

/** Makes a show, and bookings of one ticket each that are all answered with OK. */
async function book(service: Service): Promise<void> {
  await service.call("addMovieSlots", { adminID: "ATWA1000", ...show, bookingCapacity: 100_000 });
  for (let made = 0; made < bookings; made += atOnce) {
    const customers = Array.from({ length: atOnce }, (_, at) => `ATWC${1000 + made + at}`);
    const results = await Promise.all(
      customers.map((customerID) => service.call("bookMovieTickets", { customerID, ...show, numberOfTickets: 1 })),
    );
    for (const result of results)
      expect(result, JSON.stringify(result)).to.deep.nested.include({ "answer.outcome": "OK" });
  }
}

async function shadowOf(service: Service): Promise<ShadowStatus> {
  return (await service.manager(slot)).shadow as ShadowStatus;
}

/** Waits until the shadow of the fourth manager is such, and gives what it is then. */
function untilShadow(service: Service, what: string, is: (shadow: ShadowStatus) => boolean): Promise<ShadowStatus> {
  return until(what, followsMsMax, async () => {
    const shadow = await shadowOf(service);
    if (is(shadow)) return shadow;
    throw new Error(JSON.stringify(shadow));
  });
}

/** Nobody was charged with a wrong answer, every call was answered, and all four hold what was answered. */
async function expectUnaffected(service: Service): Promise<void> {
  await service.untilAllAgree(followsMsMax);
  const { counts, managers } = await service.status();
  // Not those of silence: a machine with much to do charges it with a shadow and without.
  expect(counts).to.include({ chargesWrong: 0, noAgreement: 0 });
  expect(managers.map(({ shadow }) => shadow === null)).to.deep.equal([true, true, true, false]);
}

describe("a replica in shadow that is right", function suite() {
  this.timeout(60_000);
  const service = useService({ shadow: "python3 examples/replica-python/replica.py" });

  it("follows the order and never differs, also after the manager's own replica was killed", async () => {
    await book(service());
    const followed = ({ state, compared }: ShadowStatus) => state === "following" && compared > bookings;
    const before = await untilShadow(service(), "every booking was compared", followed);
    expect(before).to.include({ differences: 0, lastDifference: null, trouble: null, lags: 0 });
    expect((await service().send("POST", "/api/kill", { slot, target: "replica" })).status).to.equal(202);
    await until("the own replica was restored", followsMsMax, async () =>
      (await service().manager(slot)).replacements === 1 ? true : undefined,
    );
    await book(service());
    const all = before.compared + bookings;
    const after = await untilShadow(
      service(),
      "it follows again",
      ({ state, compared }) => state === "following" && compared > all,
    );
    expect(after).to.include({ differences: 0, trouble: null });
    await expectUnaffected(service());
  });
});

describe("a replica in shadow that is wrong in every tenth answer", function suite() {
  this.timeout(60_000);
  const limits = { checkpointEveryEntries: 20, shadowSyncMs: 50 };
  const service = useService({ shadow: "python3 test/system/spoiled-replica.py", limits });

  it("is found out again and again, and neither customers nor votes notice", async () => {
    const { lastDifference, command } = await until("it differed", followsMsMax, async () => {
      // How much is compared between two states that it takes over depends on the speed of both.
      await book(service());
      const shadow = await shadowOf(service());
      return shadow.differences > 2 ? shadow : undefined;
    });
    expect(lastDifference).to.be.above(0);
    expect(command).to.equal("python3 test/system/spoiled-replica.py");
    await expectUnaffected(service());
    expect((await service().status()).managers.map(({ replacements }) => replacements)).to.deep.equal([0, 0, 0, 0]);
  });
});

describe("a replica in shadow whose program is not there", function suite() {
  this.timeout(60_000);
  const service = useService({ shadow: "no-such-program --fast" });

  it("is said to be missing, and nothing else is amiss", async () => {
    await book(service());
    const { trouble } = await untilShadow(service(), "it failed", ({ state }) => state === "failed");
    expect(trouble).to.include("there is no program no-such-program");
    await expectUnaffected(service());
  });
});

describe("a manager that is started by itself", () => {
  it("runs the replica in shadow that it is told, whatever its slot", async function test() {
    this.timeout(60_000);
    const cluster = await RolesCluster.make("peers");
    try {
      const words = ["replica-manager", "--slot", "2", "--data", cluster.directory];
      const manager = cluster.start(2, [...words, "--shadow", "no-such-program --fast"]);
      await manager.untilSaid(/the shadow no-such-program --fast ended and is started again/, followsMsMax);
    } finally {
      await cluster.end();
    }
  });
});
