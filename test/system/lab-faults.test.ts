import { expect } from "chai";
import type { FaultName } from "../../protocol/fault.ts";
import type { Slot } from "../../protocol/ids.ts";
import { underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { type Service, useService } from "./service.ts";

const replacedMsMax = 15_000;

/** One call whose right answer is known, and that a replica with the fault answers wrongly or not at all. */
type Provoke = (service: Service, count: number) => Promise<unknown>;

interface Lie {
  readonly slot: Slot;
  readonly fault: FaultName;
  readonly provoke: Provoke;
  /** A call that even this replica answers rightly; none does where every answer is wrong. */
  readonly soothe?: Provoke;
}

const movieName = "Avatar";
const fullShow = (count: number) => ({ movieID: "ATWM120523", movieName: `Full ${count}` });
const listMovie: Provoke = (service) => service.call("listMovieShowsAvailability", { movieName });
const book: Provoke = (service, count) =>
  service.call("bookMovieTickets", {
    customerID: `ATWC${1000 + count}`,
    movieID: "ATWM130523",
    movieName,
    numberOfTickets: 1,
  });
const overbook: Provoke = (service, count) =>
  service.call("bookMovieTickets", { customerID: "ATWC2000", ...fullShow(count), numberOfTickets: 1 });

const cancelled = (count: number) => ({ movieID: "ATWA120523", movieName: `Cancelled ${count}` });
const cancel: Provoke = (service, count) =>
  service.call("cancelMovieTickets", { customerID: "ATWC1999", ...cancelled(count), numberOfTickets: 1 });
const exchange: Provoke = (service, count) =>
  service.call("exchangeTickets", {
    customerID: "ATWC1998",
    ...cancelled(count),
    newMovieID: "ATWE120523",
    newMovieName: "Exchanged",
    numberOfTickets: 1,
  });
const bookFour: Provoke = (service, count) =>
  service.call("bookMovieTickets", {
    customerID: `VERC${3000 + count}`,
    movieID: "ATWM130523",
    movieName,
    numberOfTickets: 4,
  });
/** The 14th is a Sunday: of one week with the three that are held, unless the day of the month is what counts. */
const fourth = { movieID: "ATWM140523", movieName: "Fourth" };
const bookFourth: Provoke = (service) =>
  service.call("bookMovieTickets", { customerID: "VERC1999", ...fourth, numberOfTickets: 1 });
/** What no fault meets that lies in bookings. */
const listOther: Provoke = (service) => service.call("listMovieShowsAvailability", { movieName: "Titanic" });

const lies: readonly Lie[] = [
  { slot: 1, fault: "random-answers", provoke: book },
  { slot: 2, fault: "capacity-off-by-one", provoke: overbook, soothe: listMovie },
  { slot: 3, fault: "cancel-keeps-seats", provoke: cancel, soothe: listOther },
  { slot: 4, fault: "exchange-half", provoke: exchange, soothe: listOther },
  { slot: 1, fault: "limit-by-tickets", provoke: bookFour, soothe: listOther },
  { slot: 2, fault: "week-by-day-of-month", provoke: bookFourth, soothe: listOther },
  { slot: 3, fault: "unsorted-list", provoke: listMovie, soothe: book },
  { slot: 4, fault: "lists-lie", provoke: listMovie, soothe: book },
];

describe("every fault of the lab", () => {
  const service = useService({ limits: { replicaHeapMiB: 192 } });

  before(async () => {
    for (const movieID of ["ATWM130523", "VERM130523"]) {
      const adminID = `${movieID.slice(0, 3)}A0001`;
      await service().call("addMovieSlots", { adminID, movieID, movieName, bookingCapacity: 1000 });
    }
    for (let count = 1; count <= 8; count++) {
      await service().call("addMovieSlots", { adminID: "ATWA0001", ...fullShow(count), bookingCapacity: 1 });
      await service().call("bookMovieTickets", { customerID: "ATWC1999", ...fullShow(count), numberOfTickets: 1 });
      await service().call("addMovieSlots", { adminID: "ATWA0001", ...cancelled(count), bookingCapacity: 3 });
      for (const customerID of ["ATWC1998", "ATWC1999"])
        await service().call("bookMovieTickets", { customerID, ...cancelled(count), numberOfTickets: 1 });
    }
    for (const show of [{ movieID: "ATWE120523", movieName: "Exchanged" }, fourth])
      await service().call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 50 });
    for (const show of [{ movieID: "ATWM130523", movieName }, cancelled(1), cancelled(2)])
      await service().call("bookMovieTickets", { customerID: "VERC1999", ...show, numberOfTickets: 1 });
  });

  for (const { slot, fault, provoke, soothe } of lies) {
    it(`${fault} is condemned at the third wrong answer in a row, and another version votes in its place`, async function test() {
      this.timeout(30_000);
      let count = 0;
      const { version, replicaPid, replacements } = await injected(service(), slot, fault);
      const wrong = async (inARow: number) => {
        await provoke(service(), ++count);
        await until(`slot ${slot} has ${inARow} wrong answers in a row`, 5000, async () => {
          const { managers } = await service().status();
          return managers[slot - 1]?.wrongInARow === inARow ? true : undefined;
        });
      };
      if (soothe !== undefined) {
        await wrong(1);
        await wrong(2);
        await soothe(service(), 1);
        await until("a right answer ends the run", 5000, async () =>
          (await service().manager(slot)).wrongInARow === 0 ? true : undefined,
        );
      }
      await wrong(1);
      await wrong(2);
      expect(await service().manager(slot)).to.include({ version, replicaPid, replacements });
      await provoke(service(), ++count);
      const { lastReplacement } = await replaced(service(), slot, replacements + 1);
      expect(lastReplacement).to.include({ cause: "3 wrong answers in a row", from: version });
      expect(lastReplacement?.to).to.not.equal(version);
      tell(this, `${lastReplacement?.tookMs} ms from the verdict to the first vote of ${lastReplacement?.to}`);
      await service().untilAllAgree(10_000);
    });
  }

  it("silent-corruption is right to every customer, and condemned at the next checkpoint", async function test() {
    this.timeout(30_000);
    const { version, replicaPid, replacements } = await injected(service(), 4, "silent-corruption");
    for (const provoke of [book, cancel, exchange, listMovie]) await provoke(service(), 8);
    expect(await service().manager(4)).to.include({ version, replicaPid, replacements, wrongInARow: 0 });
    await service().digests();
    const { lastReplacement } = await replaced(service(), 4, replacements + 1);
    expect(lastReplacement).to.include({ from: version });
    expect(lastReplacement?.cause).to.match(/^state digest differs at a checkpoint/);
    expect(lastReplacement?.to).to.not.equal(version);
    await service().untilAllAgree(10_000);
  });

  it("memory ends at the limit of the heap and is restarted at once as the same version", async function test() {
    this.timeout(30_000);
    const { version, replacements } = await injected(service(), 1, "memory");
    const startedAt = performance.now();
    const { lastReplacement } = await replaced(service(), 1, replacements + 1);
    expect(lastReplacement).to.include({ cause: "its process ended: signal SIGABRT", from: version, to: version });
    tell(this, `${(performance.now() - startedAt).toFixed(0)} ms from the injection to the first vote`);
    await service().untilAllAgree(10_000);
  });

  it("crash-loop comes again at each start, until another version is taken", async function test() {
    this.timeout(30_000);
    const { version, replacements } = await injected(service(), 2, "crash-loop");
    const { lastReplacement } = await replaced(service(), 2, replacements + 1);
    expect(lastReplacement).to.include({ cause: "its process ended: exit code 70", from: version });
    expect(lastReplacement?.to).to.not.equal(version);
    await service().untilAllAgree(10_000);
  });

  it("hang is found by patience and two verdicts, and another version votes in its place", async function test() {
    this.timeout(30_000);
    const { version, replacements } = await injected(service(), 1, "hang");
    const startedAt = performance.now();
    await underLoad(service(), { clients: 4, callsMax: 20_000 }, async () => {
      const { lastReplacement } = await replaced(service(), 1, replacements + 1);
      const tookMs = (performance.now() - startedAt).toFixed(0);
      expect(lastReplacement).to.include({ cause: "silent: two verdicts crashed", from: version });
      expect(lastReplacement?.to).to.not.equal(version);
      tell(this, `${tookMs} ms from the injection to the first vote of ${lastReplacement?.to}`);
    });
    await service().untilAllAgree(10_000);
  });

  it("slow lags behind and is not condemned", async function test() {
    this.timeout(30_000);
    const { version, replicaPid, replacements } = await injected(service(), 2, "slow", 4);
    await underLoad(service(), { clients: 4, callsMax: 20_000 }, async () => {
      await until("it is behind the others", 5000, async () => {
        const { managers } = await service().status();
        return (managers[1]?.executed ?? 0) < (managers[0]?.executed ?? 0) ? true : undefined;
      });
      await until("the fault is over", 10_000, async () =>
        (await service().status()).faults.length === 0 ? true : undefined,
      );
    });
    await service().untilAllAgree(10_000);
    expect(await service().manager(2)).to.include({ version, replicaPid, replacements });
  });

  const ends = [
    { slot: 3, fault: "crash", cause: "its process ended: exit code 70" },
    { slot: 4, fault: "garbage", cause: "it broke its contract: a line that is not a JSON object" },
  ] as const;
  for (const { slot, fault, cause } of ends) {
    it(`${fault} is restarted at once as the same version`, async function test() {
      this.timeout(30_000);
      const { version, replicaPid, replacements } = await injected(service(), slot, fault);
      await underLoad(service(), { clients: 4, callsMax: 20_000 }, async () => {
        const { lastReplacement, replicaPid: newPid } = await replaced(service(), slot, replacements + 1);
        expect(lastReplacement).to.include({ cause, from: version, to: version });
        expect(newPid).to.not.equal(replicaPid);
        tell(this, `${lastReplacement?.tookMs} ms from its end to its first vote`);
      });
      await service().untilAllAgree(10_000);
    });
  }
});

type ManagerView = Awaited<ReturnType<Service["manager"]>>;

/** Injects, and gives what the manager said before; `crash` may be over before it can be seen. */
async function injected(service: Service, slot: Slot, fault: FaultName, forSeconds?: number): Promise<ManagerView> {
  const manager = await service.manager(slot);
  const id = await service.inject(slot, fault, forSeconds);
  if (fault === "crash") return manager;
  await until(`${fault} is listed`, 5000, async () =>
    (await service.status()).faults.some((one) => one.id === id && one.slot === slot) ? true : undefined,
  );
  return manager;
}

function replaced(service: Service, slot: Slot, replacements: number): Promise<ManagerView> {
  return until(`slot ${slot} votes after replacement ${replacements}`, replacedMsMax, async () => {
    const manager = await service.manager(slot);
    return manager.state === "voting" && manager.replacements === replacements ? manager : undefined;
  });
}

/** Puts what was measured behind the title of the test. */
function tell(context: Mocha.Context, measured: string): void {
  const test = context.test as Mocha.Runnable;
  test.title += ` (${measured})`;
}
