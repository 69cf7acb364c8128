import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { type HttpDoor, type HttpDoorOptions, startHttpDoor } from "../../io/http-door.ts";
import type { CallerContext } from "../../io/http-soap.ts";
import type { Call, CallFault, CallReply } from "../../protocol/call.ts";
import { contract } from "../soap/contract-under-test.ts";

/** A call that came through a door, and who the door says sent it. */
export interface SeenCall {
  readonly call: Call;
  readonly caller: CallerContext;
}

/** A door on a free port of loopback, with the calls that came through it. */
export interface DoorUnderTest extends HttpDoor {
  readonly calls: SeenCall[];
}

const doors: HttpDoor[] = [];

/** Opens a door that answers every call with `answer`; closed by `closeDoors`. */
export async function openDoor(
  options: Partial<HttpDoorOptions> = {},
  answer: (call: Call) => Promise<CallReply | CallFault> = async (call) => answerOf(call),
): Promise<DoorUnderTest> {
  const calls: SeenCall[] = [];
  const call = (made: Call, caller: CallerContext) => {
    calls.push({ call: made, caller });
    return answer(made);
  };
  const door = await startHttpDoor({ host: "127.0.0.1", port: 0, contract, routes: [], call, ...options });
  doors.push(door);
  return { ...door, calls };
}

/** Closes what `openDoor` opened. */
export async function closeDoors(): Promise<void> {
  await Promise.all(doors.splice(0).map((door) => door.close()));
}

const data: Readonly<Record<Call["operation"], object>> = {
  addMovieSlots: { created: true, capacity: 50, available: 50 },
  removeMovieSlots: { moved: [{ customerID: "ATWC1234", movieID: "ATWA170523", numberOfTickets: 2 }], dropped: [] },
  listMovieShowsAvailability: { shows: [] },
  bookMovieTickets: { held: 2, available: 18 },
  getBookingSchedule: { bookings: [{ movieID: "ATWM160523", movieName: "Amélie & Co", numberOfTickets: 2 }] },
  cancelMovieTickets: { held: 0, available: 20 },
  exchangeTickets: { heldOld: 1, heldNew: 1, availableOld: 4, availableNew: 0 },
  getRequestOutcome: { state: "EXECUTED", operation: "bookMovieTickets", executedOutcome: "OK", executedSequence: 6 },
};

/** A plausible answer to any call. */
export function answerOf(call: Call): CallReply {
  const answer = { outcome: "OK", ...data[call.operation] };
  const id = call.requestId === undefined ? {} : { requestId: call.requestId };
  return { kind: "answer", operation: call.operation, sequence: 7, answer, ...id } as unknown as CallReply;
}

/** What came back over HTTP. */
export interface HttpResult {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** What is sent over HTTP. */
export interface HttpSent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Sends one request on a connection of its own. */
export function send(
  door: HttpDoor,
  { method = "GET", path = "/", headers = {}, body }: HttpSent,
): Promise<HttpResult> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port: door.port, method, path, headers, agent: false };
    const sent = httpRequest(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.on("continue", () => sent.end(body));
    if (headers["Expect"] === undefined) sent.end(body);
    else sent.flushHeaders();
  });
}

/** Posts an envelope as SOAP 1.1. */
export function post(
  door: HttpDoor,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpResult> {
  const all = { "Content-Type": "text/xml; charset=utf-8", ...headers };
  return send(door, { method: "POST", path: "/soap/v1", headers: all, body });
}

/** Sends bytes as they are and reads until the other side ends the connection. */
export function raw(door: HttpDoor, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(door.port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      received += chunk;
    });
    // A reset is an end as well: what counts is what was said before it.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(received));
  });
}
