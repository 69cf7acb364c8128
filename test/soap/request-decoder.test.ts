import { expect } from "chai";
import { callerOf } from "../../protocol/caller.ts";
import type { Decoded } from "../../protocol/contract.ts";
import { booking, contract, decode, envelope, namespace, refusal, request } from "./contract-under-test.ts";

const book = request("bookMovieTickets", booking);
const action = `${namespace}/bookMovieTickets`;

function taken(decoded: Decoded) {
  if (decoded.kind !== "call") throw new Error(decoded.fault.message);
  return decoded;
}

describe("soap: request decoder", () => {
  const calls = [
    ["addMovieSlots", { adminID: "ATWA1234", movieID: "ATWM160523", movieName: "Avatar", bookingCapacity: 50 }],
    ["removeMovieSlots", { adminID: "ATWA1234", movieID: "ATWM160523", movieName: "Avatar" }],
    ["listMovieShowsAvailability", { movieName: "Avatar" }],
    ["bookMovieTickets", booking],
    ["getBookingSchedule", { customerID: "ATWC1234" }],
    ["cancelMovieTickets", booking],
    [
      "exchangeTickets",
      {
        customerID: "ATWC1234",
        movieID: "ATWM160523",
        movieName: "Avatar",
        newMovieID: "VERE170523",
        newMovieName: "Titanic",
        numberOfTickets: 1,
      },
    ],
    ["getRequestOutcome", { callerID: "ATWC1234", requestId: "r-1" }],
  ] as const;

  for (const [operation, args] of calls) {
    it(`reads ${operation} with its arguments in the order of the contract`, () => {
      const { call } = taken(decode(envelope(request(operation, args))));
      expect(call).to.deep.equal({ operation, args });
      expect(Object.keys(call.args)).to.deep.equal(Object.keys(args));
    });
  }

  it("makes a call as the id that stands in it", () => {
    const callers = calls.map(([operation, args]) => callerOf(taken(decode(envelope(request(operation, args)))).call));
    expect(callers).to.deep.equal([
      "ATWA1234",
      "ATWA1234",
      "",
      "ATWC1234",
      "ATWC1234",
      "ATWC1234",
      "ATWC1234",
      "ATWC1234",
    ]);
  });

  it("takes the requestId of a change apart from its arguments", () => {
    const { call } = taken(decode(envelope(request("bookMovieTickets", { ...booking, requestId: "a.B_9:-" }))));
    expect(call).to.deep.equal({ operation: "bookMovieTickets", args: booking, requestId: "a.B_9:-" });
  });

  it("brings movie names into normalization form C without white space at their ends, and keeps it inside", () => {
    const names = { " Ame\u0301lie  2 ": "Amélie  2", "\u00a0\tA\u3000": "A" };
    for (const [sent, kept] of Object.entries(names)) {
      const { call } = taken(decode(envelope(request("listMovieShowsAvailability", { movieName: sent }))));
      expect(call.args).to.deep.equal({ movieName: kept });
    }
  });

  it("counts the characters of a movie name in normalization form C", () => {
    const list = (movieName: string) => decode(envelope(request("listMovieShowsAvailability", { movieName })));
    expect(list("e\u0301".repeat(120)).kind).to.equal("call");
    expect(list("q\u0301".repeat(100)).kind).to.equal("refused");
  });

  const malformed: readonly (readonly [string, string, RegExp])[] = [
    [
      "an id of the wrong form",
      request("bookMovieTickets", { ...booking, customerID: "ATWA1234" }),
      /^INVALID_REQUEST: customerID is "ATWA1234"; expected was: A customer/,
    ],
    [
      "a theatre that is not configured",
      request("bookMovieTickets", { ...booking, movieID: "XYZM160523" }),
      /^INVALID_REQUEST: movieID: no theatre is called XYZ here; there are: ATW, VER, OUT/,
    ],
    [
      "a date that does not exist",
      request("bookMovieTickets", { ...booking, movieID: "ATWM290223" }),
      /^INVALID_REQUEST: movieID /,
    ],
    [
      "a number with letters",
      request("bookMovieTickets", { ...booking, numberOfTickets: "12abc" }),
      /^INVALID_REQUEST: numberOfTickets is "12abc"/,
    ],
    [
      "a missing element",
      request("getBookingSchedule", {}),
      /^INVALID_REQUEST: getBookingSchedule needs customerID .* nothing more comes/,
    ],
    [
      "an element of no namespace",
      `<a:getBookingSchedule xmlns:a="${namespace}"><customerID>ATWC1234</customerID></a:getBookingSchedule>`,
      /in another namespace/,
    ],
    [
      "one element too many",
      request("getBookingSchedule", { customerID: "ATWC1234", x: 1 }),
      /^INVALID_REQUEST: getBookingSchedule has "x" .* in this order: customerID/,
    ],
    [
      "an operation of another namespace",
      '<bookMovieTickets xmlns="urn:x"/>',
      /^INVALID_REQUEST: .*urn:quartet:booking:v1/,
    ],
    [
      "an operation that is not there",
      `<bookSeats xmlns="${namespace}"/>`,
      /^UNSUPPORTED: .*"bookSeats".*bookMovieTickets/,
    ],
    ["a response", `<bookMovieTicketsResponse xmlns="${namespace}"/>`, /^UNSUPPORTED: /],
    ["a name of every object", `<constructor xmlns="${namespace}"/>`, /^UNSUPPORTED: /],
    ["two calls", book + book, /^INVALID_REQUEST: The Body holds more than one/],
    ["an empty body", "", /^INVALID_REQUEST: The Body is empty/],
    ["text in the body", `x${book}`, /^INVALID_REQUEST: Envelope, Header and Body/],
  ];
  for (const [title, content, expected] of malformed) {
    it(`refuses ${title}`, () => {
      const decoded = decode(envelope(content));
      expect(refusal(decoded)).to.match(expected);
      expect(decoded).to.have.nested.property("fault.applied", "notApplied");
    });
  }

  it("takes a SOAPAction that is missing, empty, or the operation's, quoted or not", () => {
    for (const given of [undefined, "", '""', action, `"${action}"`, ` "${action}" `]) {
      taken(contract.decode({ soapVersion: "1.1", action: given, body: new TextEncoder().encode(envelope(book)) }));
    }
  });

  it("refuses a SOAPAction that names anything else", () => {
    for (const given of [
      `"${namespace}/cancelMovieTickets"`,
      "bookMovieTickets",
      "'",
      '"',
      `${action}/`,
      `${action}, ${action}`,
    ]) {
      expect(refusal(decode(envelope(book), { action: given }))).to.match(/^INVALID_REQUEST: SOAPAction is /);
    }
  });

  it("answers an envelope of another version in SOAP 1.1, which everyone reads", () => {
    for (const [path, sent] of [
      ["1.1", "1.2"],
      ["1.2", "1.1"],
    ] as const) {
      const decoded = decode(envelope(book, "", sent), { soapVersion: path });
      expect(decoded).to.deep.include({ kind: "refused", soapVersion: "1.1", envelope: { kind: "versionMismatch" } });
    }
  });

  it("reads SOAP 1.2", () => {
    expect(taken(decode(envelope(book, "", "1.2"), { soapVersion: "1.2" })).soapVersion).to.equal("1.2");
  });
});
