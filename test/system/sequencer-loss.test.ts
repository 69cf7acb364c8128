import { expect } from "chai";
import { type LoadOptions, underLoad } from "./mixed-load.ts";
import { until } from "./polling.ts";
import { useService } from "./service.ts";
import { callSoap } from "./soap-caller.ts";
import { activeOf, leadsMsMax, untilAnotherLeads } from "./takeover-leaders.ts";
import { freeze, untilCalls } from "./under-way.ts";

const load: LoadOptions = { clients: 16, callsMax: 60_000, idsFrom: "load-" };

describe("the loss of the only sequencer under load", () => {
  const service = useService({ sequencers: 1 });

  it("kill -9 twice: it comes back, leads a later epoch behind the log, and nothing is lost or done twice", async function test() {
    this.timeout(60_000);
    const runnable = this.test as Mocha.Runnable;
    const { slowestMs } = await underLoad(service(), load, async (running) => {
      for (let count = 0; count < 2; count++) {
        await untilCalls(running, 200);
        const before = await service().status();
        process.kill(activeOf(before).pid, "SIGKILL");
        const after = await untilAnotherLeads(service(), before);
        expect(after.sequence).to.be.at.least(before.sequence);
        await untilCalls(running, 200);
      }
    });
    runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
    await service().untilAllAgree(10_000);
  });

  it("frozen for 3 s: changes wait, and are answered when it goes on", async function test() {
    this.timeout(60_000);
    const runnable = this.test as Mocha.Runnable;
    const { slowestMs } = await underLoad(service(), { ...load, idsFrom: "frozen-" }, async (running) => {
      await untilCalls(running, 200);
      await freeze(activeOf(await service().status()).pid, 3000);
      await untilCalls(running, 200);
    });
    runnable.title += ` (slowest answer ${slowestMs.toFixed(0)} ms)`;
    await service().untilAllAgree(10_000);
  });
});

describe("a sequencer that stays away", () => {
  const limits = { answerDeadlineMs: 1000, silenceMs: 1500 };
  const show = { movieID: "ATWM120523", movieName: "Avatar" };
  const booking = { customerID: "ATWC1234", ...show, numberOfTickets: 1 };
  const service = useService({ limits, sequencers: 1 });
  let pid = 0;

  before(async () => {
    await service().call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 50 });
    ({ pid } = activeOf(await service().status()));
    process.kill(pid, "SIGSTOP");
  });

  it("a change ends with a fault that says that its outcome is unknown and how to go on", async () => {
    const startedAt = performance.now();
    const result = await callSoap(service().url, "bookMovieTickets", booking, "lost-1");
    expect(performance.now() - startedAt).to.be.within(limits.answerDeadlineMs, limits.answerDeadlineMs + 1000);
    expect(result).to.include({ kind: "fault", code: "OUTCOME_UNKNOWN", applied: "unknown" });
    expect(result).to.have.property("message").that.includes("Send it again with requestId lost-1");
  });

  it("a read ends with a fault that says that nothing was changed", async () => {
    const result = await callSoap(service().url, "listMovieShowsAvailability", { movieName: show.movieName });
    expect(result).to.include({ kind: "fault", code: "NO_AGREEMENT", applied: "notApplied" });
    expect(result).to.have.property("message").that.includes("Ask again");
  });

  it("readyz says 503 once it was silent for its time, while healthz says 200", async () => {
    await until("readyz says 503", limits.silenceMs + 1000, async () =>
      (await service().send("GET", "/readyz")).status === 503 ? true : undefined,
    );
    expect((await service().send("GET", "/healthz")).status).to.equal(200);
    expect((await service().status()).sequencers.map(({ state }) => state)).to.deep.equal(["unreachable"]);
  });

  it("when it goes on, who sends the change again is answered, and it is done once", async () => {
    process.kill(pid, "SIGCONT");
    await until("it answers", leadsMsMax, async () => {
      const { kind } = await callSoap(service().url, "bookMovieTickets", booking, "lost-1");
      return kind === "answer" ? true : undefined;
    });
    const result = await service().call("bookMovieTickets", booking, "lost-1");
    expect(result).to.deep.nested.include({ "answer.outcome": "OK", "answer.held": 1, "answer.available": 49 });
    await service().untilAllAgree(10_000);
  });
});
