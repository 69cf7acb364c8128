import type { Client } from "soap";
import type { CallAnswerOf, CallArgumentsOf, CallOperation } from "../protocol/call.ts";
import { type ServiceTrouble, troubleOf } from "./service-trouble.ts";
import { fieldOf, readReply } from "./soap-reply.ts";

/** Where the SOAP 1.1 contract is, under the service's URL. */
const soapPath = "/soap/v1";
const replyBytesMax = 64 * 1024 * 1024;
/** Longer than the service takes to give up on a call, which is 10 s. */
const timeoutMs = 15_000;

/** A call of the service. */
export interface ServiceCall<Name extends CallOperation = CallOperation> {
  readonly operation: Name;
  readonly args: CallArgumentsOf[Name];
  /** Of a change; absent for what only reads. */
  readonly requestId?: string;
}

/** The answer to a call: what stands in the SOAP response, its numbers and lists read. */
export type ServiceAnswer<Name extends CallOperation> = AnswerHead &
  (
    | { readonly outcome: "REFUSED"; readonly reason: string; readonly message: string }
    | Extract<CallAnswerOf<Name>, { readonly outcome: "OK" }>
  );

interface AnswerHead {
  readonly requestId?: string;
  readonly sequence: number;
}

/** A call that the service answered with a fault. */
export interface ServiceFault {
  readonly kind: "fault";
  /** One of the contract's codes; a newer service may have more. */
  readonly code: string;
  readonly message: string;
  readonly applied: string;
  readonly retryAfterSeconds?: number;
}

/** How a call ended. */
export type CallOutcome<Name extends CallOperation> =
  | { readonly kind: "answer"; readonly answer: ServiceAnswer<Name> }
  | ServiceFault
  | ServiceTrouble;

/** Makes one call by SOAP 1.1, with a client that is made of the service's own WSDL. Never rejects. */
export async function callService<Name extends CallOperation>(
  url: string,
  call: ServiceCall<Name>,
): Promise<CallOutcome<Name>> {
  const made = await makeClient(url);
  if (made.kind !== "client") return made;
  const { operation, args, requestId } = call;
  const method: CallMethod | undefined = made.client[`${operation}Async`];
  if (method === undefined) return { kind: "foreign", detail: `its WSDL has no operation ${operation}` };
  try {
    const [body] = await method({ ...args, ...(requestId === undefined ? {} : { requestId }) }, httpOptions);
    const reply = readReply(body);
    if (reply === undefined) return { kind: "foreign", detail: "its answer has another shape" };
    return { kind: "answer", answer: reply as unknown as ServiceAnswer<Name> };
  } catch (error) {
    return readFault(error) ?? troubleOfCall(error);
  }
}

type CallMethod = (args: unknown, options: unknown) => Promise<readonly unknown[]>;

const httpOptions = {
  timeout: timeoutMs,
  maxContentLength: replyBytesMax,
  maxRedirects: 0,
  // What is asked for is this very address, whatever proxy stands in the environment.
  proxy: false,
} as const;

async function makeClient(url: string): Promise<{ readonly kind: "client"; readonly client: Client } | ServiceTrouble> {
  // Only commands that call the service pay for loading the package.
  const { createClientAsync } = await import("soap");
  try {
    const endpoint = url + soapPath;
    const options = { endpoint, disableCache: true, wsdl_options: httpOptions };
    return { kind: "client", client: await createClientAsync(`${endpoint}?wsdl`, options) };
  } catch (error) {
    const trouble = troubleOf(error);
    const isNetwork = trouble.kind === "unreachable" || isTransportError(error);
    return isNetwork ? trouble : { kind: "foreign", detail: "it has no WSDL of ours at /soap/v1?wsdl" };
  }
}

/** An error of the HTTP client, and not of the parser behind it. */
function isTransportError(error: unknown): boolean {
  return fieldOf(error, "isAxiosError") === true && fieldOf(error, "response") === undefined;
}

function troubleOfCall(error: unknown): ServiceTrouble {
  if (isTransportError(error)) return troubleOf(error);
  return { kind: "lost", detail: "its answer cannot be read" };
}

/** The typed fault in what the client threw; `undefined` when there is none. */
function readFault(error: unknown): ServiceFault | undefined {
  const path = ["root", "Envelope", "Body", "Fault", "detail", "BookingFault"];
  const detail = path.reduce<unknown>(fieldOf, error);
  const code = fieldOf(detail, "code");
  if (typeof code !== "string") return undefined;
  const seconds = fieldOf(detail, "retryAfterSeconds");
  return {
    kind: "fault",
    code,
    message: textOf(fieldOf(detail, "message"), ""),
    applied: textOf(fieldOf(detail, "applied"), "unknown"),
    ...(seconds === undefined ? {} : { retryAfterSeconds: Number(seconds) }),
  };
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}
