import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import type { Incarnation } from "../../protocol/ids.ts";
import { directoryFormat } from "./identity.ts";

/**
 * A log file: this header, then batches one behind the other, then zeros up to its size, which never changes.
 *
 *     magic 8, format u32, incarnation 16, number u53, bytes of the file u53, crc32 of these u32
 */
export interface FileHeader {
  readonly incarnation: Incarnation;
  /** From 1, and one more in each file. */
  readonly number: number;
  readonly fileBytes: number;
}

/**
 * What one group commit wrote:
 *
 *     magic u32, number u53, bytes of the records u32, records u32, crc32 of the records u32, crc32 of these u32, records
 *
 * Numbers count on over all files. Both checksums begin with that of the file's identity, so that the bytes of another
 * file, or what a client wrote into a request, are never taken for a batch.
 */
export interface Batch {
  readonly number: number;
  /** Where its header begins in the file. */
  readonly offset: number;
  /** Where what follows it begins. */
  readonly end: number;
  readonly count: number;
  /** Its records, one behind the other; a view of the file's bytes. */
  readonly records: Uint8Array;
}

const fileMagic = Buffer.from("quartetL");
const batchMagic = Buffer.from("qBat");

/** Bytes of the header of a file. */
export const fileHeaderBytes = 48;
/** Bytes of the header of a batch. */
export const batchHeaderBytes = 28;

/** The bytes of a file's header. */
export function encodeFileHeader({ incarnation, number, fileBytes }: FileHeader): Uint8Array {
  const writer = new ByteWriter(fileHeaderBytes);
  writer.bytes(fileMagic);
  writer.u32(directoryFormat);
  writer.hex(incarnation);
  writer.u53(number);
  writer.u53(fileBytes);
  writer.u32(crc32(writer.finish()));
  return writer.finish();
}

/** The header that a file begins with, or `undefined` when that is none. */
export function decodeFileHeader(bytes: Uint8Array): FileHeader | undefined {
  const reader = new ByteReader(bytes.subarray(0, fileHeaderBytes));
  const isOurs = Buffer.compare(reader.bytes(fileMagic.length), fileMagic) === 0 && reader.u32() === directoryFormat;
  const [incarnation, number, fileBytes] = [reader.hex(16), reader.u53(), reader.u53()];
  const isWhole = reader.u32() === crc32(bytes.subarray(0, fileHeaderBytes - 4));
  return isOurs && isWhole && reader.isDone ? { incarnation, number, fileBytes } : undefined;
}

/** What the checksums of a file's batches begin with. */
export function checksumSeed({ incarnation, number }: Pick<FileHeader, "incarnation" | "number">): number {
  return crc32(`${incarnation} ${number}`);
}

/** Writes the header of a batch into the room before its records, which `bytes` begins with. */
export function fillBatchHeader(bytes: Uint8Array, number: number, count: number, seed: number): void {
  const writer = new ByteWriter(batchHeaderBytes);
  writer.bytes(batchMagic);
  writer.u53(number);
  writer.u32(bytes.length - batchHeaderBytes);
  writer.u32(count);
  writer.u32(crc32(bytes.subarray(batchHeaderBytes), seed));
  writer.u32(crc32(writer.finish(), seed));
  bytes.set(writer.finish());
}

/** What stands at one place of a file. */
export type AtOffset =
  | { readonly kind: "batch"; readonly batch: Batch }
  /** The header of a batch whose records are not whole; `end` is where they would end. */
  | { readonly kind: "broken"; readonly end: number }
  | { readonly kind: "nothing" };

/** Reads what stands at `offset` of a file. */
export function readBatch(bytes: Uint8Array, offset: number, seed: number): AtOffset {
  const header = bytes.subarray(offset, offset + batchHeaderBytes);
  const reader = new ByteReader(header);
  const isMagic = Buffer.compare(reader.bytes(batchMagic.length), batchMagic) === 0;
  const [number, length, count, checksum] = [reader.u53(), reader.u32(), reader.u32(), reader.u32()];
  const isHeader = reader.u32() === crc32(header.subarray(0, batchHeaderBytes - 4), seed) && reader.isDone;
  if (!isMagic || !isHeader) return { kind: "nothing" };
  const start = offset + batchHeaderBytes;
  const records = bytes.subarray(start, start + length);
  const end = start + length;
  if (records.length < length || crc32(records, seed) !== checksum) return { kind: "broken", end };
  return { kind: "batch", batch: { number, offset, end, count, records } };
}

/** The first whole batch that begins anywhere behind `from`. */
export function findBatch(bytes: Uint8Array, from: number, seed: number): Batch | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = view.indexOf(batchMagic, from); at >= 0; at = view.indexOf(batchMagic, at + 1)) {
    const found = readBatch(bytes, at, seed);
    if (found.kind === "batch") return found.batch;
  }
  return undefined;
}

const zeros = new Uint8Array(64 * 1024);

/** Where the last byte ends that is not zero, from `from` on; `from` when there is none. */
export function endOfContent(bytes: Uint8Array, from: number): number {
  let end = bytes.length;
  for (; end > from; end -= zeros.length) {
    const chunk = bytes.subarray(Math.max(from, end - zeros.length), end);
    if (Buffer.compare(chunk, zeros.subarray(0, chunk.length)) !== 0) break;
  }
  while (end > from && bytes[end - 1] === 0) end--;
  return Math.max(end, from);
}
