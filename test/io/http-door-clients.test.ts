import { inspect } from "node:util";
import { expect } from "chai";
import { createClientAsync, type Client as SoapClient } from "soap";
// @ts-expect-error: the package has no declarations.
import strongSoapPackage from "strong-soap";
import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { answerOf, closeDoors, type DoorUnderTest, openDoor } from "./http-door-under-test.ts";

const ticket = { customerID: "ATWC1234", movieID: "ATWM160523", movieName: "Amélie & Co <1>", numberOfTickets: 2 };
const argumentsOf: Readonly<Record<Call["operation"], Readonly<Record<string, string | number>>>> = {
  addMovieSlots: {
    adminID: "ATWA1234",
    movieID: "ATWM160523",
    movieName: "Avatar",
    bookingCapacity: 50,
    requestId: "a-1",
  },
  removeMovieSlots: { adminID: "ATWA1234", movieID: "ATWM160523", movieName: "Avatar", requestId: "r-1" },
  listMovieShowsAvailability: { movieName: "Avatar" },
  bookMovieTickets: ticket,
  getBookingSchedule: { customerID: "ATWC1234" },
  cancelMovieTickets: ticket,
  exchangeTickets: {
    customerID: "ATWC1234",
    movieID: "ATWM160523",
    movieName: "Avatar",
    newMovieID: "VERE170523",
    newMovieName: "Titanic",
    numberOfTickets: 1,
  },
  getRequestOutcome: { callerID: "ATWC1234", requestId: "r-1" },
};
const operationNames = Object.keys(argumentsOf) as Call["operation"][];

/** What a client's library makes of a service: a method for each operation. */
type Invoke = (operation: string, args: object) => Promise<Record<string, unknown>>;

async function nodeSoap(door: DoorUnderTest, path: string, options: object): Promise<Invoke> {
  const client: SoapClient = await createClientAsync(`${door.url}${path}?wsdl`, options);
  return async (operation, args) => (await client[`${operation}Async`](args))[0];
}

async function strongSoap(door: DoorUnderTest): Promise<Invoke> {
  const { soap } = strongSoapPackage as { readonly soap: StrongSoap };
  const client = await new Promise<StrongClient>((resolve, reject) => {
    soap.createClient(`${door.url}/soap/v1?wsdl`, {}, (error, made) => (error ? reject(error) : resolve(made)));
  });
  return (operation, args) =>
    new Promise((resolve, reject) => {
      client[operation]?.(args, (error, result) =>
        error ? reject(error) : resolve(result as Record<string, unknown>),
      );
    });
}

interface StrongSoap {
  createClient(url: string, options: object, done: (error: Error | null, client: StrongClient) => void): void;
}
type StrongClient = Readonly<
  Record<string, (args: object, done: (error: Error | null, result: unknown) => void) => void>
>;

const clients: readonly (readonly [string, (door: DoorUnderTest) => Promise<Invoke>])[] = [
  ["soap, SOAP 1.1", (door) => nodeSoap(door, "/soap/v1", {})],
  ["soap, SOAP 1.2", (door) => nodeSoap(door, "/soap12/v1", { forceSoap12Headers: true })],
  ["strong-soap, SOAP 1.1", strongSoap],
];

const listing = (count: number): CallReply => {
  const show = { movieID: "ATWM160523", movieName: "Avatar", capacity: 9, available: 1 };
  const shows = Array.from({ length: count }, () => show);
  return { kind: "answer", operation: "listMovieShowsAvailability", sequence: 1, answer: { outcome: "OK", shows } };
};

for (const [name, makeClient] of clients) {
  describe(`io: http door for the client ${name}`, () => {
    let door: DoorUnderTest;
    let invoke: Invoke;
    let answer: (call: Call) => CallReply | CallFault;

    before(async () => {
      door = await openDoor({}, async (call) => answer(call));
      invoke = await makeClient(door);
    });
    beforeEach(() => {
      answer = answerOf;
      door.calls.length = 0;
    });
    after(closeDoors);

    for (const operation of operationNames) {
      it(`answers ${operation}`, async () => {
        const result = await invoke(operation, argumentsOf[operation]);
        expect(result).to.deep.include({ outcome: "OK" });
        const { requestId, ...args } = argumentsOf[operation];
        const id = operation === "getRequestOutcome" || requestId === undefined ? {} : { requestId };
        const expected = operation === "getRequestOutcome" ? { ...args, requestId } : args;
        expect(door.calls.map(({ call }) => call)).to.deep.equal([{ operation, args: expected, ...id }]);
      });
    }

    it("brings numbers, booleans, lists and names across", async () => {
      expect(await invoke("addMovieSlots", argumentsOf.addMovieSlots)).to.deep.include({ created: true, capacity: 50 });
      const schedule = await invoke("getBookingSchedule", argumentsOf.getBookingSchedule);
      const { booking } = schedule["bookings"] as { booking: unknown };
      expect([booking].flat()).to.deep.equal([{ movieID: "ATWM160523", movieName: "Amélie & Co", numberOfTickets: 2 }]);
    });

    it("brings a refusal across as an answer", async () => {
      answer = (call) =>
        ({
          kind: "answer",
          operation: call.operation,
          sequence: 4,
          answer: { outcome: "REFUSED", reason: "SHOW_FULL" },
        }) as CallReply;
      const result = await invoke("bookMovieTickets", ticket);
      expect(result).to.deep.include({ outcome: "REFUSED", reason: "SHOW_FULL" });
      expect(result["message"]).to.match(/fewer free seats/);
    });

    it("brings a fault across with its typed detail", async () => {
      answer = () => ({ kind: "fault", code: "NO_AGREEMENT", message: "m", applied: "unknown", retryAfterSeconds: 1 });
      const error = await invoke("bookMovieTickets", ticket).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(inspect(error, { depth: 10 }))
        .to.match(/code: 'NO_AGREEMENT'/)
        .and.to.match(/applied: 'unknown'/);
    });

    for (const count of [0, 1, 300]) {
      it(`brings a list of ${count} shows across`, async () => {
        answer = () => listing(count);
        const { shows } = (await invoke("listMovieShowsAvailability", { movieName: "Avatar" })) as {
          shows: { show?: unknown } | null;
        };
        expect([shows?.show ?? []].flat()).to.have.length(count);
      });
    }
  });
}
