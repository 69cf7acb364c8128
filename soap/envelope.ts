import type { EnvelopeFault, SoapVersion } from "../protocol/contract.ts";
import { envelopeNamespaces } from "./namespaces.ts";
import { type Problem, problem, quoted } from "./problem.ts";
import { isBlank, type XmlElement } from "./xml-tree.ts";

/** The two parts of an envelope. */
export interface Envelope {
  readonly kind: "envelope";
  readonly headerBlocks: readonly XmlElement[];
  /** The one element in its body. */
  readonly content: XmlElement;
}

/** An envelope that SOAP itself says no to, with its own fault code. */
export interface EnvelopeRefusal {
  readonly kind: "refusal";
  readonly fault: EnvelopeFault;
  readonly message: string;
}

/** Takes an envelope of the version that is served at its path apart: a Header or none, then a Body with one element. */
export function openEnvelope(root: XmlElement, soapVersion: SoapVersion): Envelope | EnvelopeRefusal | Problem {
  const namespace = envelopeNamespaces[soapVersion];
  if (root.local !== "Envelope") return problem(`The root element is ${quoted(root.local)} and not a SOAP Envelope.`);
  if (root.uri !== namespace) {
    const message = `This path speaks SOAP ${soapVersion}: its envelopes are of the namespace ${namespace}.`;
    return { kind: "refusal", fault: { kind: "versionMismatch" }, message };
  }
  const parts = [...root.children];
  const header = isPart(parts[0], "Header", namespace) ? parts.shift() : undefined;
  const body = isPart(parts[0], "Body", namespace) ? parts.shift() : undefined;
  if (body === undefined) return problem("The Envelope has no Body, or something else than a Header before it.");
  if (parts.length > 0) return problem("Nothing may follow the Body of the Envelope.");
  if (![root, header, body].every((part) => part === undefined || isBlank(part.text))) {
    return problem("Envelope, Header and Body hold elements and no text.");
  }
  const [content, second] = body.children;
  if (content === undefined) return problem("The Body is empty; it holds one element, named as the operation.");
  if (second !== undefined) return problem("The Body holds more than one element; one call is one envelope.");
  return { kind: "envelope", headerBlocks: header?.children ?? [], content };
}

function isPart(element: XmlElement | undefined, local: string, namespace: string): boolean {
  return element?.local === local && element.uri === namespace;
}
