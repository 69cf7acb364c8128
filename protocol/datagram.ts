import { assert } from "./assert.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";
import type { Limits } from "./limits.ts";

/**
 * Form of a datagram, big-endian: `Q2` | kind (u8) | sender (u32) | content | MAC (16 bytes).
 * Content of a pack: messages, each with its length (u32) before it.
 * Content of a fragment: message (u32) | index (u16) | count (u16) | bytes.
 * The MAC covers all before it: SHA-256 HMAC with the cluster key, its first 16 bytes.
 */
const magic = 0x5132;
const kindOfPack = 0;
const kindOfFragment = 1;
const headBytes = 7;
const fragmentHeadBytes = 8;
const lengthBytes = 4;

/** Bytes of the authentication code at the end of each datagram. */
export const macBytes = 16;

/** Packs messages for one destination into datagrams, in their order. */
export class Packer {
  readonly #sender: number;
  readonly #contentBytesMax: number;
  readonly #limits: Limits;
  readonly #writer = new ByteWriter(2048);
  #nextMessage = 0;

  /** `sender` is a random u32 that tells the fragments of this process from those of others. */
  constructor(sender: number, limits: Limits) {
    this.#sender = sender >>> 0;
    this.#limits = limits;
    this.#contentBytesMax = limits.datagramBytesMax - headBytes - macBytes;
    assert(this.#contentBytesMax > fragmentHeadBytes + lengthBytes, "a datagram has room for content");
  }

  /** Datagrams without their authentication code; a message over `messageBytesMax` is a defect of the sender. */
  pack(messages: readonly Uint8Array[]): Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    const writer = this.#writer;
    writer.clear();
    for (const bytes of messages) {
      assert(bytes.length <= this.#limits.messageBytesMax, "a message is within messageBytesMax");
      const needed = lengthBytes + bytes.length;
      if (writer.length > 0 && writer.length - headBytes + needed > this.#contentBytesMax) {
        datagrams.push(writer.finish());
        writer.clear();
      }
      if (needed > this.#contentBytesMax) {
        this.#split(bytes, datagrams);
        continue;
      }
      if (writer.length === 0) this.#head(writer, kindOfPack);
      writer.u32(bytes.length);
      writer.bytes(bytes);
    }
    if (writer.length > 0) datagrams.push(writer.finish());
    writer.clear();
    return datagrams;
  }

  #split(bytes: Uint8Array, datagrams: Uint8Array[]): void {
    const partBytes = this.#contentBytesMax - fragmentHeadBytes;
    const count = Math.ceil(bytes.length / partBytes);
    assert(count <= 0xffff, "a message has at most 65,535 fragments");
    const message = this.#nextMessage++ >>> 0;
    for (let index = 0; index < count; index++) {
      const writer = new ByteWriter(this.#contentBytesMax + headBytes);
      this.#head(writer, kindOfFragment);
      writer.u32(message);
      writer.u16(index);
      writer.u16(count);
      writer.bytes(bytes.subarray(index * partBytes, (index + 1) * partBytes));
      datagrams.push(writer.finish());
    }
  }

  #head(writer: ByteWriter, kind: number): void {
    writer.u16(magic);
    writer.u8(kind);
    writer.u32(this.#sender);
  }
}

interface Partial {
  readonly count: number;
  readonly parts: (Uint8Array | undefined)[];
  missing: number;
  bytes: number;
}

/** Takes datagrams apart and puts split messages together again, with bounded memory: the oldest unfinished goes first. */
export class Unpacker {
  readonly #limits: Limits;
  readonly #partials = new Map<string, Partial>();
  #bytes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Bytes of unfinished messages. */
  get bytesHeld(): number {
    return this.#bytes;
  }

  /**
   * The messages that an authenticated datagram (without its code) completes: views of it, or new bytes for a split
   * one; `undefined` when it is not of our form.
   */
  unpack(datagram: Uint8Array): Uint8Array[] | undefined {
    const reader = new ByteReader(datagram);
    if (reader.u16() !== magic) return undefined;
    const kind = reader.u8();
    const sender = reader.u32();
    if (reader.isBroken) return undefined;
    if (kind === kindOfPack) return unpackPack(reader);
    return kind === kindOfFragment ? this.#addFragment(sender, reader) : undefined;
  }

  #addFragment(sender: number, reader: ByteReader): Uint8Array[] | undefined {
    const message = reader.u32();
    const index = reader.u16();
    const count = reader.u16();
    const bytes = reader.bytes(reader.bytesLeft);
    if (reader.isBroken || bytes.length === 0 || index >= count) return undefined;
    if (count * this.#limits.datagramBytesMax > 2 * this.#limits.messageBytesMax) return undefined;
    const key = `${sender} ${message}`;
    const partial = this.#partials.get(key) ?? this.#begin(key, count);
    if (partial.count !== count) return undefined;
    if (partial.parts[index] !== undefined) return [];
    partial.parts[index] = bytes.slice();
    partial.missing--;
    partial.bytes += bytes.length;
    this.#bytes += bytes.length;
    if (partial.bytes > this.#limits.messageBytesMax) {
      this.#drop(key, partial);
      return undefined;
    }
    if (partial.missing === 0) {
      this.#drop(key, partial);
      return [join(partial)];
    }
    this.#bound();
    return [];
  }

  #begin(key: string, count: number): Partial {
    const partial: Partial = { count, parts: new Array<Uint8Array | undefined>(count), missing: count, bytes: 0 };
    this.#partials.set(key, partial);
    return partial;
  }

  #bound(): void {
    for (const [key, partial] of this.#partials) {
      const isWithin =
        this.#partials.size <= this.#limits.reassemblyMessagesMax && this.#bytes <= this.#limits.reassemblyBytesMax;
      if (isWithin) return;
      this.#drop(key, partial);
    }
  }

  #drop(key: string, partial: Partial): void {
    this.#partials.delete(key);
    this.#bytes -= partial.bytes;
  }
}

function unpackPack(reader: ByteReader): Uint8Array[] | undefined {
  const messages: Uint8Array[] = [];
  while (reader.bytesLeft > 0) messages.push(reader.bytes(reader.u32()));
  return reader.isDone ? messages : undefined;
}

function join(partial: Partial): Uint8Array {
  const whole = new Uint8Array(partial.bytes);
  let offset = 0;
  for (const part of partial.parts) {
    assert(part !== undefined, "a complete message has all its parts");
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
