import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import type { Sha256 } from "../../protocol/role.ts";
import { type TableInterval, tableDigest, tableInterval } from "../../protocol/table-interval.ts";
import { directoryFormat } from "./identity.ts";

const magic = Buffer.from("quartetT");
const headerBytes = magic.length + 8;

/** The bytes of an interval's file: magic 8, format u32, crc32 of what follows u32, the interval. */
export function encodeIntervalFile(interval: TableInterval): readonly Uint8Array[] {
  const content = new ByteWriter(interval.bytes.length + 256);
  tableInterval.write(content, interval);
  const body = content.finish();
  const header = new ByteWriter(headerBytes);
  header.bytes(magic);
  header.u32(directoryFormat);
  header.u32(crc32(body));
  return [header.finish(), body];
}

/** The interval that a file holds, or `undefined` when its bytes are not those that were written. */
export function decodeIntervalFile(bytes: Uint8Array, sha256: Sha256): TableInterval | undefined {
  const header = new ByteReader(bytes.subarray(0, headerBytes));
  const isOurs = Buffer.compare(header.bytes(magic.length), magic) === 0 && header.u32() === directoryFormat;
  const body = bytes.subarray(headerBytes);
  if (header.u32() !== crc32(body) || !isOurs || !header.isDone) return undefined;
  const reader = new ByteReader(body);
  const interval = tableInterval.read(reader);
  const isLinked = reader.isDone && tableDigest(sha256, interval.before, interval.bytes) === interval.digest;
  return isLinked ? interval : undefined;
}
