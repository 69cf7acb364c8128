import type { Credentials, SoapVersion } from "../protocol/contract.ts";
import type { EnvelopeRefusal } from "./envelope.ts";
import { addressingNamespaces, envelopeNamespaces, securityNamespace, securityUtilityNamespace } from "./namespaces.ts";
import { type Problem, problem, quoted } from "./problem.ts";
import { attributeOf, trimBlank, type XmlElement } from "./xml-tree.ts";

/** What the header of an envelope says. */
export interface HeaderValues {
  readonly kind: "values";
  /** `wsa:MessageID` */
  readonly messageId?: string;
  /** `wsa:Action` */
  readonly action?: string;
  readonly credentials?: Credentials;
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/**
 * Reads the header blocks meant for this service. A block that it does not know is passed over, or refused when it
 * has to be understood (SOAP 1.1, section 4.2.3; SOAP 1.2 part 1, section 5.2.3).
 */
export function readHeader(
  blocks: readonly XmlElement[],
  soapVersion: SoapVersion,
): HeaderValues | EnvelopeRefusal | Problem {
  const values: Mutable<HeaderValues> = { kind: "values" };
  for (const block of blocks) {
    if (!isForUs(block, soapVersion)) continue;
    const mandatory = isMandatory(block, soapVersion);
    if (typeof mandatory === "object") return mandatory;
    const result = readBlock(block, values);
    if (result === "unknown" && mandatory) return notUnderstood(block);
    if (typeof result === "object") return result;
  }
  return values;
}

const actorNext = "http://schemas.xmlsoap.org/soap/actor/next";
const rolesOfUs: ReadonlySet<string> = new Set([
  "",
  "http://www.w3.org/2003/05/soap-envelope/role/next",
  "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver",
]);

function isForUs(block: XmlElement, soapVersion: SoapVersion): boolean {
  const namespace = envelopeNamespaces[soapVersion];
  if (soapVersion === "1.2") return rolesOfUs.has(trimBlank(attributeOf(block, namespace, "role") ?? ""));
  const actor = trimBlank(attributeOf(block, namespace, "actor") ?? "");
  return actor === "" || actor === actorNext;
}

function isMandatory(block: XmlElement, soapVersion: SoapVersion): boolean | Problem {
  const value = attributeOf(block, envelopeNamespaces[soapVersion], "mustUnderstand");
  if (value === undefined) return false;
  const word = trimBlank(value);
  if (word === "1" || word === "true") return true;
  return word === "0" || word === "false" ? false : problem(`mustUnderstand is ${quoted(value)}; expected was 0 or 1.`);
}

function notUnderstood({ uri, local }: XmlElement): EnvelopeRefusal {
  return {
    kind: "refusal",
    fault: { kind: "mustUnderstand", namespace: uri, name: local },
    message: `The header ${quoted(local)} of the namespace ${quoted(uri)} must be understood and is not known here.`,
  };
}

type BlockResult = "known" | "unknown" | Problem;

function readBlock(block: XmlElement, values: Mutable<HeaderValues>): BlockResult {
  if (addressingNamespaces.has(block.uri)) return readAddressing(block, values);
  if (block.uri === securityNamespace && block.local === "Security") return readSecurity(block, values);
  return "unknown";
}

function readAddressing(block: XmlElement, values: Mutable<HeaderValues>): BlockResult {
  const text = trimBlank(block.text);
  switch (block.local) {
    case "MessageID":
      if (values.messageId !== undefined) return problem("The header has more than one wsa:MessageID.");
      values.messageId = text;
      return "known";
    case "Action":
      if (values.action !== undefined) return problem("The header has more than one wsa:Action.");
      values.action = text;
      return "known";
    case "ReplyTo":
    case "FaultTo":
      return isAnonymous(block)
        ? "known"
        : problem(`wsa:${block.local} has to be anonymous: answers go back as HTTP responses.`);
    case "To":
    case "From":
    case "RelatesTo":
      return "known";
    default:
      return "unknown";
  }
}

const anonymousAddresses: ReadonlySet<string> = new Set([
  "http://www.w3.org/2005/08/addressing/anonymous",
  "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
]);

function isAnonymous(block: XmlElement): boolean {
  const address = block.children.find(({ uri, local }) => local === "Address" && uri === block.uri);
  return address !== undefined && anonymousAddresses.has(trimBlank(address.text));
}

/** Reads a UsernameToken. A Timestamp proves nothing without a signature, and TLS keeps messages fresh: passed over. */
function readSecurity(block: XmlElement, values: Mutable<HeaderValues>): BlockResult {
  let result: BlockResult = "known";
  for (const token of block.children) {
    if (token.uri === securityUtilityNamespace && token.local === "Timestamp") continue;
    if (token.uri !== securityNamespace || token.local !== "UsernameToken") {
      result = "unknown";
      continue;
    }
    if (values.credentials !== undefined) return problem("The header has more than one UsernameToken.");
    const credentials = readUsernameToken(token);
    if ("kind" in credentials) return credentials;
    values.credentials = credentials;
  }
  return result;
}

function readUsernameToken(token: XmlElement): Credentials | Problem {
  const usernames = token.children.filter(({ uri, local }) => uri === securityNamespace && local === "Username");
  const passwords = token.children.filter(({ uri, local }) => uri === securityNamespace && local === "Password");
  const [username] = usernames;
  const [password] = passwords;
  if (username === undefined || password === undefined || usernames.length + passwords.length !== 2) {
    return problem("A UsernameToken has one Username and one Password.");
  }
  const type = attributeOf(password, "", "Type") ?? "#PasswordText";
  if (!type.endsWith("#PasswordText"))
    return problem("The Password of a UsernameToken has to be a PasswordText, over TLS.");
  return { username: trimBlank(username.text), password: password.text };
}
