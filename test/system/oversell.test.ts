import { expect } from "chai";
import { useService } from "./service.ts";

const seats = 50;
const show = { movieID: "VERE130523", movieName: "Titanic" };

describe("a race for the last seats", () => {
  const service = useService();

  it("200 callers at once get exactly the 50 seats that there are", async function test() {
    this.timeout(30_000);
    await service().call("addMovieSlots", { adminID: "VERA0001", ...show, bookingCapacity: seats });
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        service().call("bookMovieTickets", { customerID: `VERC${1000 + index}`, ...show, numberOfTickets: 1 }),
      ),
    );
    const answers = results.map((result) => (result.kind === "answer" ? result.answer : result));
    expect(answers.filter((answer) => "outcome" in answer && answer["outcome"] === "OK")).to.have.length(seats);
    const refused = answers.filter((answer) => "reason" in answer && answer["reason"] === "SHOW_FULL");
    expect(refused).to.have.length(results.length - seats);
    await service().untilAllAgree(5000);
  });
});
