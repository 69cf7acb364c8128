/** The Encoding Standard's coders: pure functions of every JavaScript host, though not part of the language. */
declare class TextEncoder {
  encodeInto(source: string, destination: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label: string, options: { readonly fatal: boolean; readonly ignoreBOM: boolean });
  decode(bytes: Uint8Array): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Units up to which writing a text one by one is faster than a call of the coder. */
const shortWriteUnits = 48;
/** The same for reading: what is longer would be chained together of its characters, at 30 bytes and more for each. */
const shortReadBytes = 12;

/** Bytes that a text takes at most in UTF-8: three for each UTF-16 unit. */
export function utf8BytesAtMost(text: string): number {
  return text.length * 3;
}

/**
 * Writes `text` in UTF-8 into `target` from `offset` and returns how many bytes that took. The caller has made room
 * for `utf8BytesAtMost(text)`. A lone surrogate becomes U+FFFD, as the Encoding Standard says.
 */
export function writeUtf8(text: string, target: Uint8Array, offset: number): number {
  if (text.length <= shortWriteUnits) {
    let index = 0;
    for (; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) break;
      target[offset + index] = unit;
    }
    if (index === text.length) return index;
  }
  return encoder.encodeInto(text, target.subarray(offset)).written;
}

/** The text of UTF-8 bytes, or `undefined` when they are not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | undefined {
  if (bytes.length <= shortReadBytes) {
    let text = "";
    let index = 0;
    for (; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (byte > 0x7f) break;
      text += String.fromCharCode(byte);
    }
    if (index === bytes.length) return text;
  }
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
