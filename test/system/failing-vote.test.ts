import { expect } from "chai";
import type { Slot } from "../../protocol/ids.ts";
import { until } from "./polling.ts";
import { type Service, useService } from "./service.ts";
import { callSoap } from "./soap-caller.ts";

/** What no vote can do: tell who is right when two of four err in the same way. */

const show = { movieID: "ATWM130523", movieName: "Avatar" };
const liars: readonly Slot[] = [1, 3];
const others: readonly Slot[] = [2, 4];

/** Sells the only seat, and has two replicas believe that there is one more. */
async function sellOut(service: Service): Promise<void> {
  await service.call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 1 });
  await service.call("bookMovieTickets", { customerID: "ATWC1000", ...show, numberOfTickets: 1 });
  for (const slot of liars) await service.inject(slot, "capacity-off-by-one");
  await untilFaults(service, liars.length);
}

/** One ticket more than there are; no part of the history, which is of right answers. */
function oversell(service: Service) {
  return callSoap(service.localUrl, "bookMovieTickets", { customerID: "ATWC2000", ...show, numberOfTickets: 1 });
}

async function untilFaults(service: Service, count: number): Promise<void> {
  await until(`${count} faults are listed`, 5000, async () =>
    (await service.status()).faults.length === count ? true : undefined,
  );
}

/** The newest in which answers differ, so far. */
async function newestVote(service: Service): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { body } = await service.send("GET", "/api/requests?only=disagreed&limit=1");
  const [newest] = (body as { readonly requests: readonly { readonly sequence: number }[] }).requests;
  if (newest === undefined) return undefined;
  return (await service.send("GET", `/api/requests/${newest.sequence}`)).body as Readonly<Record<string, unknown>>;
}

async function statesOf(service: Service): Promise<readonly (readonly Slot[])[]> {
  const { digests } = await service.digests();
  const kinds = [...new Set(digests)];
  return kinds.map((kind) => ([1, 2, 3, 4] as const).filter((slot) => digests[slot - 1] === kind));
}

describe("two replicas with one same bug", () => {
  describe("where three have to agree", () => {
    const service = useService({ quorums: { reads: 3, bookings: 3, shows: 3 } });

    it("make two against two, which nobody decides, and nobody is replaced", async function test() {
      this.timeout(30_000);
      await sellOut(service());
      expect(await oversell(service())).to.include({ kind: "fault", code: "NO_AGREEMENT", applied: "unknown" });
      const vote = await newestVote(service());
      expect(vote).to.deep.include({ outcome: "NO_AGREEMENT", agreeing: [], quorum: 3 });
      expect(vote?.["differences"]).to.deep.include({
        field: "outcome",
        values: [1, 2, 3, 4].map((slot) => ({ slot, value: liars.includes(slot as Slot) ? "OK" : "REFUSED" })),
      });
      expect(await statesOf(service())).to.deep.equal([liars, others]);
      const { managers } = await service().status();
      expect(managers.map(({ state, replacements }) => [state, replacements])).to.deep.equal(
        liars.concat(others).map(() => ["voting", 0]),
      );
    });

    it("are replaced once an operator says of one that it errs: three against one find the other", async function test() {
      this.timeout(30_000);
      const [first] = liars as [Slot];
      expect(await service().send("POST", "/api/replace", { slot: first })).to.include({ status: 202 });
      for (const slot of liars) {
        await until(`slot ${slot} votes again`, 15_000, async () => {
          const { state, replacements } = await service().manager(slot);
          return state === "voting" && replacements === 1 ? true : undefined;
        });
      }
      const causes = (await service().status()).managers.map(({ lastReplacement }) => lastReplacement?.cause);
      expect(causes).to.deep.equal([
        "replaced by the operator",
        undefined,
        "state digest differs at a checkpoint",
        undefined,
      ]);
      expect(await statesOf(service())).to.deep.equal([[1, 2, 3, 4]]);
      expect(await oversell(service())).to.deep.include({ answer: { outcome: "REFUSED", reason: "SHOW_FULL" } });
      await service().untilAllAgree(10_000);
    });
  });

  describe("where two have to agree", () => {
    const service = useService();

    it("win against two that are right and slower: the vote fails", async function test() {
      this.timeout(30_000);
      await sellOut(service());
      for (const slot of others) await service().inject(slot, "slow");
      await untilFaults(service(), 4);
      expect(await oversell(service())).to.deep.include({ answer: { outcome: "OK", held: 1, available: 0 } });
      const vote = await until("the others have answered", 5000, async () => {
        const newest = await newestVote(service());
        return (newest?.["differing"] as readonly Slot[] | undefined)?.length === others.length ? newest : undefined;
      });
      expect(vote).to.deep.include({ outcome: "OK", agreeing: liars, differing: others });
    });
  });
});
