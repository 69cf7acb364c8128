import { readFileSync } from "node:fs";
import { expect } from "chai";
import { XmlDocument, type XmlElement, XsdValidator } from "libxml2-wasm";
import { createClientAsync } from "soap";
import { useService } from "./service.ts";
import { callSoap } from "./soap-caller.ts";

const show = { movieID: "ATWM120523", movieName: "Avatar" };
const later = { movieID: "ATWE130523", movieName: "Avatar" };
const customerID = "ATWC1234";
const adminID = "ATWA0001";

describe("the contract on the wire", () => {
  const service = useService();

  it("every kind of reply is valid against the schema", async () => {
    const schema = XmlDocument.fromString(readFileSync(new URL("../../../wsdl/booking.xsd", import.meta.url), "utf8"));
    const validator = XsdValidator.fromDoc(schema);
    try {
      for (const { text } of await everyKindOfReply()) {
        const document = XmlDocument.fromString(text);
        const element = document.get("//*[namespace-uri()='urn:quartet:booking:v1']") as XmlElement | null;
        expect(element, text).to.not.equal(null);
        expect(() => validator.validate(element as XmlElement), text).to.not.throw();
        document.dispose();
      }
    } finally {
      validator.dispose();
      schema.dispose();
    }
  });

  it("the soap package makes a client of the WSDL that books, is refused, and gets typed faults", async () => {
    const client = await createClientAsync(`${service().url}/soap/v1?wsdl`);
    const booking = { customerID: "ATWC4321", ...show, numberOfTickets: 3 };
    const [booked] = await client["bookMovieTicketsAsync"]({ ...booking, requestId: "by-soap" });
    expect(booked).to.include({ outcome: "OK", requestId: "by-soap", held: 3 });
    const [refused] = await client["bookMovieTicketsAsync"]({ ...booking, numberOfTickets: 1_000_000 });
    expect(refused).to.include({ outcome: "REFUSED", reason: "SHOW_FULL" });
    const [listed] = await client["listMovieShowsAvailabilityAsync"]({ movieName: show.movieName });
    expect(listed.shows.show).to.deep.include({ ...show, capacity: 10, available: 7 });
    const fault = await client["bookMovieTicketsAsync"]({ ...booking, requestId: "by-soap", numberOfTickets: 1 }).then(
      () => expect.fail("the same id with other content is no request"),
      (error: {
        readonly root: { readonly Envelope: { readonly Body: { readonly Fault: { readonly detail: unknown } } } };
      }) => error.root.Envelope.Body.Fault,
    );
    expect(fault.detail).to.deep.nested.include({ "BookingFault.code": "REQUEST_ID_REUSED" });
  });

  async function everyKindOfReply() {
    const { url } = service();
    const one = { customerID, ...show, numberOfTickets: 1 };
    return [
      await callSoap(url, "addMovieSlots", { adminID, ...show, bookingCapacity: 10 }),
      await callSoap(url, "addMovieSlots", { adminID, ...later, bookingCapacity: 1 }),
      await callSoap(url, "addMovieSlots", { adminID: "VERA0001", ...show, bookingCapacity: 10 }),
      await callSoap(url, "bookMovieTickets", { ...one, numberOfTickets: 2 }, "valid-1"),
      await callSoap(url, "bookMovieTickets", one, "valid-1"),
      await callSoap(url, "getRequestOutcome", { callerID: customerID, requestId: "valid-1" }),
      await callSoap(url, "getRequestOutcome", { callerID: customerID, requestId: "valid-2" }),
      await callSoap(url, "getBookingSchedule", { customerID }),
      await callSoap(url, "getBookingSchedule", { customerID: "ATWC9999" }),
      await callSoap(url, "listMovieShowsAvailability", { movieName: show.movieName }),
      await callSoap(url, "listMovieShowsAvailability", { movieName: "None" }),
      await callSoap(url, "cancelMovieTickets", one),
      await callSoap(url, "exchangeTickets", {
        ...one,
        newMovieID: later.movieID,
        newMovieName: later.movieName,
      }),
      await callSoap(url, "bookMovieTickets", { ...one, customerID: "nobody" }),
      await callSoap(url, "bookMovieTickets", { ...one, numberOfTickets: 1 }),
      await callSoap(url, "bookMovieTickets", { ...one, customerID: "ATWC0002" }),
      await callSoap(url, "removeMovieSlots", { adminID, ...later }),
      await callSoap(url, "removeMovieSlots", { adminID, ...show }),
      await callSoap(url, "addMovieSlots", { adminID, ...show, bookingCapacity: 10 }),
    ];
  }
});
