import { expect } from "chai";
import { useService } from "./service.ts";
import { callSoap, type SoapResult } from "./soap-caller.ts";

const show = { movieID: "ATWM120523", movieName: "Avatar" };
const booking = { customerID: "ATWC1234", ...show, numberOfTickets: 2 };

describe("a request with an id of its own", () => {
  const service = useService();

  before(async () => {
    await service().call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 50 });
  });

  it("is done once and answered alike, however often it comes, at the same time and later", async () => {
    const together = await Promise.all(
      Array.from({ length: 20 }, () => service().call("bookMovieTickets", booking, "order-1")),
    );
    // Long enough after the vote for the table of the managers to answer in place of the front end.
    await service().digests();
    const later = await service().call("bookMovieTickets", booking, "order-1");
    const answers = [...together, later].map(withoutText);
    expect(answers[0]).to.deep.include({ requestId: "order-1", answer: { outcome: "OK", held: 2, available: 48 } });
    for (const answer of answers) expect(answer).to.deep.equal(answers[0]);
    const schedule = await service().call("getBookingSchedule", { customerID: booking.customerID });
    expect(schedule).to.deep.nested.include({ "answer.bookings": [{ ...show, numberOfTickets: 2 }] });
    await service().untilAllAgree(5000);
  });

  it("is refused when it comes with other content, at the same time and later", async () => {
    const other = { ...booking, numberOfTickets: 3 };
    const [first, second] = await Promise.all([
      callSoap(service().url, "cancelMovieTickets", { ...booking, numberOfTickets: 1 }, "order-2"),
      callSoap(service().url, "cancelMovieTickets", booking, "order-2"),
    ]);
    const outcomes = [first, second].map((result) => (result.kind === "fault" ? result.code : result.kind));
    expect(outcomes).to.have.members(["answer", "REQUEST_ID_REUSED"]);
    const later = await callSoap(service().url, "bookMovieTickets", other, "order-1");
    expect(later).to.include({ kind: "fault", code: "REQUEST_ID_REUSED", applied: "notApplied" });
  });

  it("belongs to its caller: another caller's equal id is another request", async () => {
    const other = { ...booking, customerID: "ATWC4321" };
    const result = await callSoap(service().url, "bookMovieTickets", other, "order-1");
    expect(result).to.deep.nested.include({ kind: "answer", "answer.held": 2 });
  });

  it("is remembered: getRequestOutcome tells what became of it, a refusal too", async () => {
    const refused = await callSoap(service().url, "bookMovieTickets", { ...booking, numberOfTickets: 999 }, "order-3");
    const outcomeOf = (requestId: string, callerID = booking.customerID) =>
      callSoap(service().url, "getRequestOutcome", { callerID, requestId });
    expect(await outcomeOf("order-3")).to.deep.nested.include({
      answer: {
        outcome: "OK",
        state: "EXECUTED",
        operation: "bookMovieTickets",
        executedOutcome: "REFUSED",
        executedReason: "SHOW_FULL",
        executedSequence: refused.kind === "answer" ? refused.sequence : 0,
      },
    });
    expect(await outcomeOf("order-1")).to.deep.nested.include({ "answer.executedOutcome": "OK" });
    expect(await outcomeOf("order-4")).to.deep.nested.include({ "answer.state": "NOT_EXECUTED" });
    expect(await outcomeOf("order-3", "ATWC4321")).to.deep.nested.include({ "answer.state": "NOT_EXECUTED" });
  });
});

function withoutText(result: SoapResult): object {
  return { ...result, text: undefined };
}
