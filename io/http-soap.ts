import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call, CallFault, CallReply } from "../protocol/call.ts";
import type { Contract, Credentials, EnvelopeFault, SoapVersion } from "../protocol/contract.ts";
import { isOperation, isRead } from "../protocol/operation.ts";
import { readBody } from "./http-body.ts";
import { readBasicCredentials } from "./http-credentials.ts";
import { readMediaType } from "./http-media-type.ts";
import { sendContent, sendPlain, sendPlainAndClose } from "./http-send.ts";

/** What the door knows of who sent a call. */
export interface CallerContext {
  /** The address of the other end of the connection. */
  readonly remoteAddress: string;
  /** From the UsernameToken, else from HTTP Basic; absent when neither was sent. */
  readonly credentials?: Credentials;
}

/** Makes a call and waits for its answer. */
export type MakeCall = (call: Call, caller: CallerContext) => Promise<CallReply | CallFault>;

/** What the endpoint of one version of SOAP is made of. */
export interface SoapEndpointOptions {
  readonly soapVersion: SoapVersion;
  readonly contract: Contract;
  /** Its WSDL document. */
  readonly wsdl: string;
  readonly call: MakeCall;
  readonly bodyBytesMax: number;
  /** Told what `call` rejected with. */
  readonly onError: (error: unknown) => void;
}

const mediaTypes: Readonly<Record<SoapVersion, string>> = { "1.1": "text/xml", "1.2": "application/soap+xml" };
const contentTypes: Readonly<Record<SoapVersion, string>> = {
  "1.1": "text/xml; charset=utf-8",
  "1.2": "application/soap+xml; charset=utf-8",
};

/** One path of the service: POST for calls, GET with `?wsdl` for the contract. */
export class SoapEndpoint {
  readonly #options: SoapEndpointOptions;
  readonly #wsdl: Buffer;

  constructor(options: SoapEndpointOptions) {
    this.#options = options;
    this.#wsdl = Buffer.from(options.wsdl);
  }

  /** Answers a request for this path; never throws. */
  handle(request: IncomingMessage, response: ServerResponse, query: string): void {
    switch (request.method) {
      case "POST":
        return this.#post(request, response);
      case "GET":
      case "HEAD":
        if (/^wsdl(?:$|[=&])/i.test(query)) return sendContent(response, 200, contentTypes["1.1"], this.#wsdl);
        return sendPlain(response, 405, "Calls are sent with POST; the contract is at ?wsdl.", ["Allow", "POST"]);
      default:
        return sendPlainAndClose(request, response, 405, "Calls are sent with POST; the contract is at ?wsdl.", [
          "Allow",
          "GET, HEAD, POST",
        ]);
    }
  }

  #post(request: IncomingMessage, response: ServerResponse): void {
    const { soapVersion, bodyBytesMax } = this.#options;
    const { headers } = request;
    const encoding = headers["content-encoding"];
    if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
      return sendPlainAndClose(request, response, 415, "Send the body without a Content-Encoding.");
    }
    const media = readMediaType(headers["content-type"] ?? "");
    if (media === undefined || media.type !== mediaTypes[soapVersion]) {
      const sentence = `Send SOAP ${soapVersion} with the Content-Type ${contentTypes[soapVersion]}.`;
      return sendPlainAndClose(request, response, 415, sentence);
    }
    const action = actionOf(soapVersion, media.parameters.get("action"), headers["soapaction"]);
    const charset = media.parameters.get("charset");
    readBody(request, response, bodyBytesMax, (body) => this.#take(request, response, { action, charset, body }));
  }

  #take(request: IncomingMessage, response: ServerResponse, { action, charset, body }: Posted): void {
    const { soapVersion: served, contract } = this.#options;
    const decoded = contract.decode({ soapVersion: served, charset, action, body });
    if (decoded.kind === "refused") {
      return this.#sendFault(response, decoded.soapVersion, decoded.fault, decoded.envelope);
    }
    void this.#answer(response, decoded.soapVersion, decoded.call, callerContext(request, decoded.credentials));
  }

  async #answer(response: ServerResponse, soapVersion: SoapVersion, call: Call, caller: CallerContext): Promise<void> {
    try {
      const outcome = await this.#options.call(call, caller);
      if (outcome.kind === "fault") return this.#sendFault(response, soapVersion, outcome);
      const text = this.#options.contract.renderReply(soapVersion, outcome);
      sendContent(response, 200, contentTypes[soapVersion], text);
    } catch (error) {
      this.#options.onError(error);
      this.#sendFault(response, soapVersion, faultOfError(call));
    }
  }

  #sendFault(response: ServerResponse, soapVersion: SoapVersion, fault: CallFault, envelope?: EnvelopeFault): void {
    const text = this.#options.contract.renderFault(soapVersion, fault, envelope);
    const seconds = fault.retryAfterSeconds ?? (fault.code === "BUSY" ? 1 : undefined);
    const headers = seconds === undefined ? [] : ["Retry-After", String(seconds)];
    sendContent(response, 500, contentTypes[soapVersion], text, headers);
  }
}

interface Posted {
  readonly action: string | undefined;
  readonly charset: string | undefined;
  readonly body: Buffer;
}

/** SOAP 1.2 names the action in the Content-Type. Where both are given and differ, the two together match nothing. */
function actionOf(soapVersion: SoapVersion, parameter: string | undefined, header: string | string[] | undefined) {
  const named = Array.isArray(header) ? header.join(", ") : header;
  if (soapVersion === "1.1" || parameter === undefined) return named;
  if (named === undefined || named === "" || named === '""') return parameter;
  return named.replace(/^"(.*)"$/, "$1") === parameter ? parameter : `${parameter}, ${named}`;
}

function callerContext(request: IncomingMessage, token: Credentials | undefined): CallerContext {
  const remoteAddress = request.socket.remoteAddress ?? "";
  const { authorization } = request.headers;
  const credentials = token ?? (authorization === undefined ? undefined : readBasicCredentials(authorization));
  return credentials === undefined ? { remoteAddress } : { remoteAddress, credentials };
}

/** A call that failed inside is one whose outcome nobody knows, unless it could not have changed anything. */
function faultOfError({ operation }: Call): CallFault {
  const changes = isOperation(operation) && !isRead(operation);
  return {
    kind: "fault",
    code: changes ? "OUTCOME_UNKNOWN" : "NO_AGREEMENT",
    message: changes
      ? "The service failed while it worked on this call. Ask getRequestOutcome, or send it again with the same requestId."
      : "The service failed while it worked on this call. Send it again.",
    applied: changes ? "unknown" : "notApplied",
  };
}
