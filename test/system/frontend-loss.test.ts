import { expect } from "chai";
import { until } from "./polling.ts";
import { useService } from "./service.ts";
import { callSoap } from "./soap-caller.ts";

const show = { movieID: "ATWM120523", movieName: "Avatar" };
const orders = Array.from({ length: 40 }, (_, index) => ({
  args: { customerID: `ATWC${1000 + index}`, ...show, numberOfTickets: 1 },
  requestId: `order-${index}`,
}));

describe("the loss of the front end", () => {
  const service = useService();

  it("who asks again with the same request id is answered, and nothing is done twice", async function test() {
    this.timeout(30_000);
    await service().call("addMovieSlots", { adminID: "ATWA0001", ...show, bookingCapacity: 100 });
    const [frontend] = (await service().status()).frontends;
    const lost = Promise.allSettled(
      orders.map(({ args, requestId }) => callSoap(service().url, "bookMovieTickets", args, requestId)),
    );
    await until("the first are on their way", 1000, async () =>
      (await service().status()).sequence > 1 ? true : undefined,
    );
    process.kill(frontend?.pid as number, "SIGKILL");
    await lost;
    await until("another front end answers at the same address", 10_000, async () =>
      (await service().send("GET", "/readyz")).status === 200 ? true : undefined,
    );
    for (const { args, requestId } of orders) {
      const result = await service().call("bookMovieTickets", args, requestId);
      expect(result).to.deep.nested.include({ kind: "answer", requestId, "answer.held": 1 });
    }
    await service().untilAllAgree(5000);
  });
});
