import { assert } from "./assert.ts";
import { readUtf8, utf8BytesAtMost, writeUtf8 } from "./utf8.ts";

const hexDigits = "0123456789abcdef";
const hexOfByte: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15),
);

/** A growing buffer that values are written to, big-endian. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(bytesAtFirst = 512) {
    this.#bytes = new Uint8Array(bytesAtFirst);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** Forgets what was written and keeps the room. */
  clear(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  u8(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.#room(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  u32(value: number): void {
    this.#room(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** A whole number from 0 to 2^53 - 1. */
  u53(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, "a u53 is a whole number that a double holds exactly");
    this.#room(8);
    this.#view.setUint32(this.#length, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(this.#length + 4, value >>> 0);
    this.#length += 8;
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Lower-case hexadecimal digits, as half as many bytes. */
  hex(value: string): void {
    const count = value.length >> 1;
    this.#room(count);
    for (let index = 0; index < count; index++) {
      const high = hexValue(value.charCodeAt(2 * index));
      this.#bytes[this.#length + index] = high * 16 + hexValue(value.charCodeAt(2 * index + 1));
    }
    this.#length += count;
  }

  /** A text with its length in bytes before it; returns that length. */
  text(value: string): number {
    this.#room(4 + utf8BytesAtMost(value));
    const written = writeUtf8(value, this.#bytes, this.#length + 4);
    this.#view.setUint32(this.#length, written);
    this.#length += 4 + written;
    return written;
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/**
 * Reads values from bytes of a stranger. It never throws: after the first thing that does not fit `isBroken` is true,
 * and whatever is read from then on means nothing.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;
  #broken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isBroken(): boolean {
    return this.#broken;
  }

  /** True when every byte was read and all of it fitted. */
  get isDone(): boolean {
    return !this.#broken && this.#offset === this.#bytes.length;
  }

  get bytesLeft(): number {
    return this.#broken ? 0 : this.#bytes.length - this.#offset;
  }

  /** Marks the bytes as not of the expected form. */
  break(): void {
    this.#broken = true;
  }

  u8(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  u16(): number {
    const at = this.#take(2);
    return at < 0 ? 0 : this.#view.getUint16(at);
  }

  u32(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at);
  }

  u53(): number {
    const at = this.#take(8);
    if (at < 0) return 0;
    const high = this.#view.getUint32(at);
    if (high > 0x1f_ffff) this.break();
    return high * 0x1_0000_0000 + this.#view.getUint32(at + 4);
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return at < 0 ? new Uint8Array(0) : this.#bytes.subarray(at, at + count);
  }

  hex(bytes: number): string {
    const at = this.#take(bytes);
    if (at < 0) return "";
    const digits = new Array<string>(bytes);
    for (let index = 0; index < bytes; index++) digits[index] = hexOfByte[this.#bytes[at + index] as number] as string;
    return digits.join("");
  }

  text(bytesMax: number): string {
    const length = this.u32();
    if (length > bytesMax) this.break();
    const text = readUtf8(this.bytes(length));
    if (text === undefined) this.break();
    return text ?? "";
  }

  #take(count: number): number {
    if (this.#broken || count > this.#bytes.length - this.#offset) {
      this.#broken = true;
      return -1;
    }
    const at = this.#offset;
    this.#offset += count;
    return at;
  }
}

function hexValue(unit: number): number {
  return unit <= 0x39 ? unit - 0x30 : unit - 0x57;
}
