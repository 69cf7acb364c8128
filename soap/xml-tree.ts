import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from "saxes";
import { assert } from "../protocol/assert.ts";
import { instanceNamespace } from "./namespaces.ts";
import { type Problem, problem } from "./problem.ts";
import { isEncodingNamed, type XmlEncoding } from "./xml-bytes.ts";

/** A name in a namespace; `uri` is empty where there is none. */
export interface XmlName {
  readonly uri: string;
  readonly local: string;
}

/** An attribute that is not a namespace declaration. */
export interface XmlAttribute extends XmlName {
  readonly value: string;
}

/** An element of a document. */
export interface XmlElement extends XmlName {
  readonly kind: "element";
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** All character data directly inside, put together. */
  readonly text: string;
  /** True when some of that text is in a CDATA section, be it empty. */
  readonly hasCdata: boolean;
  /** What its `xsi:type` names; absent when it has none, or one whose prefix is not bound. */
  readonly typeName?: XmlName;
}

/** Bounds of a document. */
export interface XmlLimits {
  /** Elements inside each other, the root counted. */
  readonly depthMax: number;
  readonly elementsMax: number;
}

/** The limits of an envelope. */
export const envelopeLimits: XmlLimits = { depthMax: 32, elementsMax: 10_000 };

interface OpenElement extends XmlElement {
  readonly attributes: XmlAttribute[];
  readonly children: XmlElement[];
  text: string;
  hasCdata: boolean;
  typeName?: XmlName;
}

/** Ends the parser at the first thing that is not permitted: it has no other way to stop. */
class NotPermitted extends Error {
  override readonly name = "NotPermitted";
}

/**
 * Reads documents into trees, one at a time: strict XML 1.0 with namespaces, no document type, no processing
 * instructions, nothing beyond the limits. Attribute and element names are never keys of an object of ours.
 */
export class XmlTreeReader {
  readonly #limits: XmlLimits;
  #parser: SaxesParser<{ xmlns: true }>;
  #encoding: XmlEncoding = "utf-8";
  #open: OpenElement[] = [];
  #root: OpenElement | undefined;
  #elements = 0;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
    this.#parser = this.#makeParser();
  }

  /** The root element of a document, or what is wrong with it; never throws. */
  read(text: string, encoding: XmlEncoding): XmlElement | Problem {
    this.#encoding = encoding;
    this.#open = [];
    this.#root = undefined;
    this.#elements = 0;
    try {
      this.#parser.write(text).close();
    } catch (error) {
      // A parser that was stopped half way keeps what it had read.
      this.#parser = this.#makeParser();
      if (error instanceof NotPermitted) return problem(error.message);
      return problem("The body is not XML that can be read.");
    }
    assert(this.#root !== undefined, "a well-formed document has a root");
    return this.#root;
  }

  #makeParser(): SaxesParser<{ xmlns: true }> {
    const parser = new SaxesParser({ xmlns: true });
    parser.on("error", (error) => refuse(`The body is not well-formed XML: ${error.message}`));
    parser.on("doctype", () => refuse("A document type declaration is not permitted in a SOAP message."));
    parser.on("processinginstruction", () => refuse("Processing instructions are not permitted in a SOAP message."));
    parser.on("xmldecl", ({ version, encoding }) => this.#checkDeclaration(version, encoding));
    parser.on("opentag", (tag) => this.#openElement(tag));
    parser.on("text", (text) => this.#addText(text));
    parser.on("cdata", (text) => this.#addCdata(text));
    parser.on("closetag", () => this.#open.pop());
    return parser;
  }

  #checkDeclaration(version: string | undefined, encoding: string | undefined): void {
    if (version !== "1.0") refuse("SOAP messages are written in XML 1.0.");
    if (encoding !== undefined && !isEncodingNamed(encoding, this.#encoding)) {
      refuse(`The XML declaration names another encoding than ${this.#encoding.toUpperCase()}, which the body is in.`);
    }
  }

  #openElement(tag: SaxesTagNS): void {
    if (this.#open.length >= this.#limits.depthMax) {
      refuse(`Elements stand more than ${this.#limits.depthMax} deep inside each other.`);
    }
    if (++this.#elements > this.#limits.elementsMax) {
      refuse(`The body has more than ${this.#limits.elementsMax} elements.`);
    }
    checkLocalName(tag.local);
    const element: OpenElement = {
      kind: "element",
      uri: tag.uri,
      local: tag.local,
      attributes: [],
      children: [],
      text: "",
      hasCdata: false,
    };
    for (const name in tag.attributes) this.#addAttribute(element, tag.attributes[name] as SaxesAttributeNS);
    const parent = this.#open[this.#open.length - 1];
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
    this.#open.push(element);
  }

  #addAttribute(element: OpenElement, attribute: SaxesAttributeNS): void {
    const { prefix, local, uri, value } = attribute;
    checkLocalName(local);
    if (prefix === "xmlns" || (prefix === "" && local === "xmlns")) {
      // The parser cuts white space off namespace names, which would make one out of two.
      if (value !== value.trim()) refuse("A namespace name has white space at its ends.");
      return;
    }
    element.attributes.push({ uri, local, value });
    if (uri !== instanceNamespace || local !== "type") return;
    const [first, second] = value.split(":", 2);
    const namespace = this.#parser.resolve(second === undefined ? "" : (first as string));
    if (namespace !== undefined) element.typeName = { uri: namespace, local: second ?? (first as string) };
  }

  #addCdata(text: string): void {
    const element = this.#open[this.#open.length - 1];
    if (element !== undefined) element.hasCdata = true;
    this.#addText(text);
  }

  #addText(text: string): void {
    const element = this.#open[this.#open.length - 1];
    if (element !== undefined) element.text += text;
  }
}

/** The parser looks at names as wholes; the part after the colon has to be a name too (Namespaces in XML, section 3). */
function checkLocalName(local: string): void {
  if (notNameStart.test(local)) refuse("A name has a part that is not a name.");
}

const notNameStart = /^(?:[-.0-9\u00b7\u203f\u2040]|[\u0300-\u036f])/;

function refuse(message: string): never {
  throw new NotPermitted(message);
}

const notBlank = /[^ \t\r\n]/;

/** True for a text of XML white space only. */
export function isBlank(text: string): boolean {
  return !notBlank.test(text);
}

/** Cuts XML white space off both ends; a loop, since a pattern for the end takes quadratic time on long blanks. */
export function trimBlank(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlankUnit(text.charCodeAt(start))) start++;
  while (end > start && isBlankUnit(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function isBlankUnit(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x09 || unit === 0x0d;
}

/** The value of an attribute, or `undefined`. */
export function attributeOf(element: XmlElement, uri: string, local: string): string | undefined {
  return element.attributes.find((attribute) => attribute.uri === uri && attribute.local === local)?.value;
}
