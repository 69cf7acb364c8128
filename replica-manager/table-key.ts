import type { ByteWriter } from "../protocol/bytes.ts";
import { struct, type ValueOf } from "../protocol/codec.ts";
import { caller, requestId } from "../protocol/request.ts";

const tableKey = struct({ caller, requestId });

/** The ids of a request, which are one in the client table. */
export type RowIds = ValueOf<typeof tableKey>;

/** Bytes of a key at most: two texts of 64 bytes with their lengths. */
export const keyBytesMax = 2 * (4 + 64);

/** The ids as bytes, just as they stand in a row. */
export function encodeKey(writer: ByteWriter, ids: RowIds): Uint8Array {
  writer.clear();
  tableKey.write(writer, ids);
  return writer.finish();
}

/** Where keys are found, one for each index; asked only where a hash does not tell. */
export interface KeySource {
  keyAt(index: number): Uint8Array;
}

/**
 * A hash of the key that stands from `from` to `end`: 32 bits with a sign, never 0 or 1, which stand for other things.
 * Each four bytes are multiplied in, and what the product pushes up is brought down again.
 */
export function hashKey(bytes: Uint8Array, from: number, end: number): number {
  let hash = end - from;
  let at = from;
  for (; at + 4 <= end; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
    hash = mix(hash ^ low ^ (high << 16));
  }
  for (; at < end; at++) hash = mix(hash ^ (bytes[at] as number));
  hash = mix(hash);
  return hash === 0 || hash === 1 ? 2 : hash;
}

function mix(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** True when the key is what stands from `from` on. */
export function isKeyIn(bytes: Uint8Array, from: number, key: Uint8Array): boolean {
  for (let at = 0; at < key.length; at++) if (bytes[from + at] !== key[at]) return false;
  return true;
}

/** A text for each key, no two of which are the same. */
export function textOfKey(key: Uint8Array): string {
  return String.fromCharCode(...key);
}

/** The key of a text. */
export function keyOfText(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
