import { assert, unreachable } from "../protocol/assert.ts";
import type { CallFault, FaultCode } from "../protocol/call.ts";
import type { EnvelopeFault, SoapVersion } from "../protocol/contract.ts";
import { envelopeEnd, envelopeStarts } from "./reply-renderer.ts";
import type { Schema } from "./schema.ts";
import { escapeAttribute, escapeText } from "./xml-escape.ts";

/** Whose fault it is: what the sender can change, or what only the service can. */
type Blame = "sender" | "receiver";

const codesOfBlame: Readonly<Record<SoapVersion, Readonly<Record<Blame, string>>>> = {
  "1.1": { sender: "soap:Client", receiver: "soap:Server" },
  "1.2": { sender: "soap:Sender", receiver: "soap:Receiver" },
};

/** Writes faults in the shape of each version, with a typed `BookingFault` as their detail. */
export class FaultRenderer {
  readonly #namespace: string;
  readonly #fields: readonly (keyof CallFault)[];

  constructor(schema: Schema) {
    const type = schema.elements.get("BookingFault");
    assert(type !== undefined, "the schema has an element BookingFault");
    this.#namespace = schema.namespace;
    this.#fields = type.particles.map(({ name }) => fieldOf(name));
  }

  /** The envelope of a fault. */
  render(soapVersion: SoapVersion, fault: CallFault, envelope?: EnvelopeFault): string {
    const code = envelope === undefined ? codesOfBlame[soapVersion][blameOf(fault.code)] : codeOf(envelope);
    const head = envelopeStarts[soapVersion];
    const reason = escapeText(fault.message);
    const detail = this.#detail(fault);
    if (soapVersion === "1.1") {
      return `${head}<soap:Fault><faultcode>${code}</faultcode><faultstring>${reason}</faultstring><detail>${detail}</detail></soap:Fault>${envelopeEnd}`;
    }
    return `${withHeader(head, envelope)}<soap:Fault><soap:Code><soap:Value>${code}</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">${reason}</soap:Text></soap:Reason><soap:Detail>${detail}</soap:Detail></soap:Fault>${envelopeEnd}`;
  }

  #detail(fault: CallFault): string {
    let text = `<BookingFault xmlns="${this.#namespace}">`;
    for (const name of this.#fields) {
      const value = fault[name];
      if (value !== undefined) text += `<${name}>${escapeText(String(value))}</${name}>`;
    }
    return `${text}</BookingFault>`;
  }
}

const faultFields = ["code", "message", "applied", "retryAfterSeconds"] as const;

function fieldOf(name: string): keyof CallFault {
  const field = faultFields.find((known) => known === name);
  assert(field !== undefined, `a fault has no ${name}`);
  return field;
}

function blameOf(code: FaultCode): Blame {
  switch (code) {
    case "INVALID_REQUEST":
    case "NOT_AUTHENTICATED":
    case "NOT_PERMITTED":
    case "REQUEST_ID_REUSED":
    case "UNSUPPORTED":
      return "sender";
    case "BUSY":
    case "NO_AGREEMENT":
    case "OUTCOME_UNKNOWN":
      return "receiver";
    default:
      return unreachable(code);
  }
}

function codeOf(envelope: EnvelopeFault): string {
  return envelope.kind === "versionMismatch" ? "soap:VersionMismatch" : "soap:MustUnderstand";
}

/** SOAP 1.2 names the header that was not understood in a header (part 1, section 5.4.8). */
function withHeader(head: string, envelope: EnvelopeFault | undefined): string {
  if (envelope?.kind !== "mustUnderstand") return head;
  const { namespace, name } = envelope;
  const qname =
    namespace === ""
      ? `qname="${escapeAttribute(name)}"`
      : `qname="h:${escapeAttribute(name)}" xmlns:h="${escapeAttribute(namespace)}"`;
  return head.replace("<soap:Body>", () => `<soap:Header><soap:NotUnderstood ${qname}/></soap:Header><soap:Body>`);
}
