import { expect } from "chai";
import { until } from "./polling.ts";
import { useService } from "./service.ts";
import { callSoap } from "./soap-caller.ts";

const limits = { answerDeadlineMs: 1500, silenceMs: 2000 };
const show = { movieID: "ATWM120523", movieName: "Avatar" };

describe("the loss of the sequencer", () => {
  const service = useService({ limits });

  before(async () => {
    await service().call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 50 });
    await service().status();
    for (const { pid } of (await service().status()).sequencers) process.kill(pid, "SIGKILL");
  });

  it("a change ends with a fault that says that its outcome is unknown and how to go on", async () => {
    const startedAt = performance.now();
    const booking = { customerID: "ATWC1234", ...show, numberOfTickets: 1 };
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
});
