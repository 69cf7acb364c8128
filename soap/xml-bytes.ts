import { readUtf8 } from "../protocol/utf8.ts";
import { type Problem, problem } from "./problem.ts";

/** The Encoding Standard's decoder: a pure function of every JavaScript host, though not part of the language. */
declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

/** The encodings that every XML processor reads. */
export type XmlEncoding = "utf-8" | "utf-16";

/** The text of a document, and how it was encoded, to be compared with what its declaration says. */
export interface XmlText {
  readonly kind: "text";
  readonly text: string;
  readonly encoding: XmlEncoding;
}

type ByteOrder = "utf-8" | "utf-16le" | "utf-16be";

const namesOfByteOrders: ReadonlyMap<string, ByteOrder | "utf-16"> = new Map([
  ["utf-8", "utf-8"],
  ["utf8", "utf-8"],
  ["us-ascii", "utf-8"],
  ["ascii", "utf-8"],
  ["utf-16", "utf-16"],
  ["utf-16le", "utf-16le"],
  ["utf-16be", "utf-16be"],
]);

/** True when an XML declaration with this name may stand in a document of that encoding. */
export function isEncodingNamed(name: string, encoding: XmlEncoding): boolean {
  return namesOfByteOrders.get(name.toLowerCase())?.slice(0, encoding.length) === encoding;
}

/**
 * Decodes the bytes of a document without their byte order mark. The mark decides, then `charset`, then the first
 * bytes (RFC 7303, section 3; XML 1.0, appendix F).
 */
export function readXmlBytes(bytes: Uint8Array, charset?: string): XmlText | Problem {
  const order = byteOrderOf(bytes, charset);
  if (order === undefined) return problem(`The charset of the Content-Type has to be utf-8 or utf-16.`);
  const encoding = order === "utf-8" ? "utf-8" : "utf-16";
  const text = order === "utf-8" ? readUtf8(bytes) : readUtf16(bytes, order);
  if (text === undefined) return problem(`The body is not ${encoding.toUpperCase()}, which it was sent as.`);
  return { kind: "text", text: text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, encoding };
}

function byteOrderOf(bytes: Uint8Array, charset: string | undefined): ByteOrder | undefined {
  const first = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (first === 0xfffe) return "utf-16le";
  if (first === 0xfeff) return "utf-16be";
  if (first === 0xefbb && bytes[2] === 0xbf) return "utf-8";
  const named = charset === undefined ? undefined : namesOfByteOrders.get(charset.toLowerCase());
  if (charset !== undefined && named === undefined) return undefined;
  if (named !== undefined && named !== "utf-16") return named;
  if (first === 0x3c00) return "utf-16le";
  if (first === 0x003c || named === "utf-16") return "utf-16be";
  return "utf-8";
}

function readUtf16(bytes: Uint8Array, order: "utf-16le" | "utf-16be"): string | undefined {
  try {
    return new TextDecoder(order, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
