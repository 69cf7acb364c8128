import { assert } from "../protocol/assert.ts";
import type { Call, CallOperation, FaultCode } from "../protocol/call.ts";
import type { Decoded, SoapRequest, SoapVersion } from "../protocol/contract.ts";
import { isOperation, isRead } from "../protocol/operation.ts";
import { type Envelope, type EnvelopeRefusal, openEnvelope } from "./envelope.ts";
import { type HeaderValues, readHeader } from "./header-blocks.ts";
import { type Problem, problem, quoted } from "./problem.ts";
import type { ComplexType, Schema } from "./schema.ts";
import { type Refinements, readFields } from "./schema-check.ts";
import { readXmlBytes } from "./xml-bytes.ts";
import { envelopeLimits, XmlTreeReader } from "./xml-tree.ts";

/** One operation as the decoder needs it. */
interface RequestShape {
  readonly operation: CallOperation;
  readonly type: ComplexType;
  /** What SOAPAction says when it says something. */
  readonly action: string;
}

/** Reads envelopes with the schema, the SOAPAction of each operation and what the schema cannot say. */
export class RequestDecoder {
  readonly #namespace: string;
  readonly #shapes: ReadonlyMap<string, RequestShape>;
  readonly #refinements: Refinements;
  readonly #reader = new XmlTreeReader(envelopeLimits);

  constructor(schema: Schema, actions: ReadonlyMap<CallOperation, string>, refinements: Refinements) {
    this.#namespace = schema.namespace;
    this.#refinements = refinements;
    this.#shapes = new Map([...actions].map(([operation, action]) => [operation, shapeOf(schema, operation, action)]));
  }

  /** The call that an envelope asks for, or the fault that it is answered with. */
  decode(request: SoapRequest): Decoded {
    const { soapVersion } = request;
    const opened = this.#open(request);
    if (opened.kind !== "envelope") return refused(soapVersion, opened);
    const header = readHeader(opened.headerBlocks, soapVersion);
    if (header.kind !== "values") return refused(soapVersion, header);
    const shape = this.#shapeOf(opened);
    if ("kind" in shape) return refused(soapVersion, shape);
    const call = wrongAction(request.action, header, shape) ?? this.#readCall(opened, header, shape);
    if ("kind" in call) return refused(soapVersion, call);
    const { credentials } = header;
    return { kind: "call", soapVersion, call, ...(credentials === undefined ? {} : { credentials }) };
  }

  #open({ body, charset, soapVersion }: SoapRequest): Envelope | EnvelopeRefusal | Problem {
    const xml = readXmlBytes(body, charset);
    if (xml.kind === "problem") return xml;
    const root = this.#reader.read(xml.text, xml.encoding);
    return root.kind === "problem" ? root : openEnvelope(root, soapVersion);
  }

  #shapeOf({ content }: Envelope): RequestShape | Problem | Unsupported {
    if (content.uri !== this.#namespace) {
      return problem(
        `${content.local} is of the namespace ${quoted(content.uri)}; the operations are of ${this.#namespace}.`,
      );
    }
    const shape = this.#shapes.get(content.local);
    if (shape !== undefined) return shape;
    const names = [...this.#shapes.keys()].join(", ");
    return { kind: "unsupported", message: `There is no operation ${quoted(content.local)}; there are: ${names}.` };
  }

  #readCall({ content }: Envelope, header: HeaderValues, { operation, type }: RequestShape): Call | Problem {
    const fields = readFields(content, type, this.#namespace, this.#refinements);
    if (isProblem(fields)) return fields;
    // The schema says of every request what `CallArgumentsOf` says; a test holds the two together.
    if (!isChange(operation)) return { operation, args: fields } as unknown as Call;
    const { requestId: given, ...args } = fields;
    const requestId = given ?? header.messageId;
    if (requestId === undefined) return { operation, args } as unknown as Call;
    if (given === undefined && !requestIdForm.test(String(requestId))) return wrongMessageId;
    return { operation, args, requestId } as unknown as Call;
  }
}

const requestIdForm = /^[A-Za-z0-9._:-]{1,64}$/;

/** Never passed over: whoever sends an id may rely on it when the same message is sent again. */
const wrongMessageId = problem(
  "wsa:MessageID serves as the requestId and has to be 1 to 64 of A-Z a-z 0-9 . _ : - (as urn:uuid:… is); " +
    "change it, leave it out, or send a requestId.",
);

interface Unsupported {
  readonly kind: "unsupported";
  readonly message: string;
}

function shapeOf(schema: Schema, operation: CallOperation, action: string): RequestShape {
  const type = schema.elements.get(operation);
  assert(type !== undefined, `the schema has an element ${operation}`);
  const isFlat = type.particles.every((particle) => particle.type.kind === "simple" && !particle.isList);
  assert(isFlat, `the parameters of ${operation} are values`);
  return { operation, type, action };
}

function isChange(operation: CallOperation): boolean {
  return isOperation(operation) && !isRead(operation);
}

function isProblem(value: object): value is Problem {
  return "kind" in value && value.kind === "problem";
}

function wrongAction(given: string | undefined, header: HeaderValues, shape: RequestShape): Problem | undefined {
  const named = given === undefined ? "" : unquoted(given.trim());
  if (named !== "" && named !== shape.action) {
    return problem(
      `SOAPAction is ${quoted(named)} and the Body asks for ${shape.operation}, whose action is ${shape.action}.`,
    );
  }
  if (header.action !== undefined && header.action !== shape.action) {
    return problem(
      `wsa:Action is ${quoted(header.action)} and the Body asks for ${shape.operation}, whose action is ${shape.action}.`,
    );
  }
  return undefined;
}

function unquoted(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function refused(asked: SoapVersion, why: Problem | EnvelopeRefusal | Unsupported): Decoded {
  const code: FaultCode = why.kind === "unsupported" ? "UNSUPPORTED" : "INVALID_REQUEST";
  const fault = { kind: "fault", code, message: why.message, applied: "notApplied" } as const;
  if (why.kind !== "refusal") return { kind: "refused", soapVersion: asked, fault };
  // A message of an unknown version is answered in SOAP 1.1, which everyone reads (SOAP 1.2 part 1, appendix A).
  const soapVersion = why.fault.kind === "versionMismatch" ? "1.1" : asked;
  return { kind: "refused", soapVersion, fault, envelope: why.fault };
}
