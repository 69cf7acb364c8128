import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "soap";
import { loadPath } from "./booking-load.ts";

// The rival: `soap.listen` with the same contract, which reads every request and answers each with the same booking.
const reply = {
  outcome: "OK",
  requestId: "0123456789abcdef0123456789abcdef",
  sequence: 12_345,
  held: 1,
  available: 999,
};

process.once("message", (wsdl: string) => {
  const server = createServer();
  const services = { BookingService: { BookingPort: { bookMovieTickets: () => reply } } };
  listen(server, loadPath, services, wsdl);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    process.send?.(`http://127.0.0.1:${port}`);
  });
});
process.on("disconnect", () => process.exit());
