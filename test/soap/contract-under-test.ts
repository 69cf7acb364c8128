import { readFileSync } from "node:fs";
import { type XmlElement as LibxmlElement, XmlDocument, XsdValidator } from "libxml2-wasm";
import type { Contract, Decoded, SoapVersion } from "../../protocol/contract.ts";
import { compileContract } from "../../soap/contract.ts";

/** The texts of the public contract, as the service reads them. */
export const sources = { schema: fileOfContract("booking.xsd"), wsdl: fileOfContract("booking.wsdl") };

/** The contract of a cluster with the default theatres. */
export const contract: Contract = compileContract(sources, { theatres: ["ATW", "VER", "OUT"] });

export const namespace = "urn:quartet:booking:v1";

export const envelopeNamespaces: Readonly<Record<SoapVersion, string>> = {
  "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
  "1.2": "http://www.w3.org/2003/05/soap-envelope",
};

/** An envelope around the content of a body. */
export function envelope(content: string, header = "", soapVersion: SoapVersion = "1.1"): string {
  const headerPart = header === "" ? "" : `<s:Header>${header}</s:Header>`;
  return `<s:Envelope xmlns:s="${envelopeNamespaces[soapVersion]}">${headerPart}<s:Body>${content}</s:Body></s:Envelope>`;
}

/** The element of a call: children in their order. */
export function request(operation: string, fields: Readonly<Record<string, string | number>>): string {
  const children = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`);
  return `<${operation} xmlns="${namespace}">${children.join("")}</${operation}>`;
}

export const booking = { customerID: "ATWC1234", movieID: "ATWM160523", movieName: "Avatar", numberOfTickets: 2 };

/** What an envelope decodes to. */
export function decode(
  text: string,
  more: { soapVersion?: SoapVersion; action?: string; charset?: string } = {},
): Decoded {
  return contract.decode({ soapVersion: "1.1", ...more, body: new TextEncoder().encode(text) });
}

/** The code and message of a refused envelope; fails when it was taken. */
export function refusal(decoded: Decoded): string {
  if (decoded.kind !== "refused") throw new Error(`taken: ${JSON.stringify(decoded.call)}`);
  return `${decoded.fault.code}: ${decoded.fault.message}`;
}

const validator = XsdValidator.fromDoc(XmlDocument.fromString(sources.schema));

/** What libxml2 says against an element at an XPath in a document; `undefined` when it is valid. */
export function invalidity(document: string, path: string): string | undefined {
  let parsed: XmlDocument | undefined;
  try {
    parsed = XmlDocument.fromString(document);
    const element = parsed.get(path) as LibxmlElement | null;
    if (element === null) return `nothing at ${path}`;
    validator.validate(element);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    parsed?.dispose();
  }
}

/** Names of the elements in the body of an envelope. */
export function namesInBody(document: string): readonly string[] {
  const parsed = XmlDocument.fromString(document);
  try {
    return parsed
      .find(bodyContent)
      .map((node) => `{${(node as LibxmlElement).namespaceUri}}${(node as LibxmlElement).name}`);
  } finally {
    parsed.dispose();
  }
}

/** XPath of the one element in the body of an envelope. */
export const bodyContent = "/*/*[local-name()='Body']/*";

/** The text at an XPath in a document. */
export function textAt(document: string, path: string): string | undefined {
  const parsed = XmlDocument.fromString(document);
  try {
    return parsed.get(path)?.content;
  } finally {
    parsed.dispose();
  }
}

function fileOfContract(name: string): string {
  return readFileSync(new URL(`../../../wsdl/${name}`, import.meta.url), "utf8");
}
