import { SaxesParser } from "saxes";
import type { CallArgumentsOf, CallOperation } from "../../protocol/call.ts";

/** What came back from a call: numbers are numbers and lists are lists. */
export type SoapResult = SoapAnswer | SoapFault;

/** The answer to a call. */
export interface SoapAnswer {
  readonly kind: "answer";
  readonly sequence: number;
  readonly requestId: string | undefined;
  /** Outcome, reason and data, as a replica says them. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** The whole envelope. */
  readonly text: string;
}

/** The fault that a call ended with. */
export interface SoapFault {
  readonly kind: "fault";
  readonly code: string;
  readonly message: string;
  readonly applied: string;
  readonly text: string;
}

const namespace = "urn:quartet:booking:v1";
/** Longer than the service takes by its own deadline, which is 10 s. */
const answerMsMax = 20_000;
const lists = new Set(["moved", "dropped", "shows", "bookings"]);
const numbers =
  /^(sequence|executedSequence|capacity|available|held|heldOld|heldNew|availableOld|availableNew|numberOfTickets)$/;

/** Makes one call by SOAP 1.1, with nothing of the service's own code; rejects when no SOAP comes back. */
export async function callSoap<Name extends CallOperation>(
  url: string,
  operation: Name,
  args: CallArgumentsOf[Name],
  requestId?: string,
): Promise<SoapResult> {
  const response = await fetch(`${url}/soap/v1`, {
    method: "POST",
    headers: { "Content-Type": "text/xml; charset=utf-8", SOAPAction: `"${namespace}/${operation}"` },
    body: envelope(operation, { ...args, ...(requestId === undefined ? {} : { requestId }) }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  const text = await response.text();
  const body = child(parse(text), "Body");
  const fault = body.children.find(({ name }) => name === "Fault");
  return fault === undefined ? readAnswer(child(body, `${operation}Response`), text) : readFault(fault, text);
}

function envelope(operation: string, fields: Readonly<Record<string, unknown>>): string {
  const children = Object.entries(fields).map(([name, value]) => `<${name}>${escapeText(String(value))}</${name}>`);
  return (
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
    `<${operation} xmlns="${namespace}">${children.join("")}</${operation}></e:Body></e:Envelope>`
  );
}

function escapeText(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function readAnswer(element: Element, text: string): SoapAnswer {
  const { sequence, requestId, message: _, ...answer } = fieldsOf(element);
  return {
    kind: "answer",
    sequence: sequence as number,
    requestId: requestId as string | undefined,
    answer,
    text,
  };
}

function readFault(element: Element, text: string): SoapFault {
  const { code, message, applied } = fieldsOf(child(child(element, "detail"), "BookingFault"));
  return { kind: "fault", code: String(code), message: String(message), applied: String(applied), text };
}

function fieldsOf(element: Element): Readonly<Record<string, unknown>> {
  return Object.fromEntries(element.children.map((field) => [field.name, readField(field)]));
}

function readField(field: Element): unknown {
  if (lists.has(field.name)) return field.children.map(fieldsOf);
  if (numbers.test(field.name)) return Number(field.text);
  return field.name === "created" ? field.text === "true" : field.text;
}

interface Element {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

function parse(text: string): Element {
  const root: Element = { name: "", children: [], text: "" };
  const open = [root];
  const parser = new SaxesParser<{ xmlns: true }>({ xmlns: true });
  parser.on("opentag", ({ local }) => {
    const element: Element = { name: local, children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("text", (piece) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  return child(root, "Envelope");
}

function child(element: Element, name: string): Element {
  const found = element.children.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${element.name}`);
  return found;
}
