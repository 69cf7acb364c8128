import type { Digest } from "../../protocol/ids.ts";
import type { Snapshot } from "../../protocol/recovered.ts";
import type { Sha256 } from "../../protocol/role.ts";
import { directoryFormat } from "./identity.ts";

/** A snapshot as it is stored. */
export interface StoredSnapshot {
  readonly snapshot: Snapshot;
  /** The digest before the first interval of the client table that belongs to it. */
  readonly tableStart: Digest;
}

const beforeChecksum = ',"sha256":"';
const beforeState = '","state":';
const ending = "}\n";
const digestChars = 64;

/**
 * The bytes of a snapshot's file: one JSON object that people and tools can read, whose last field is the state, as it
 * is, and whose checksum covers the fields before it and the state.
 */
export function encodeSnapshotFile({ snapshot, tableStart }: StoredSnapshot, sha256: Sha256): Uint8Array {
  const { digests, time, state } = snapshot;
  const { n, historyDigest, stateDigest, tableDigest } = digests;
  const fields = JSON.stringify({
    format: directoryFormat,
    n,
    time,
    historyDigest,
    stateDigest,
    tableDigest,
    tableStart,
  });
  const checksum = checksumOf(fields, state, sha256);
  return Buffer.from(fields.slice(0, -1) + beforeChecksum + checksum + beforeState + state + ending);
}

/** The snapshot that a file holds, or `undefined` when its bytes are not those that were written. */
export function decodeSnapshotFile(bytes: Uint8Array, sha256: Sha256): StoredSnapshot | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fieldsEnd = file.indexOf(beforeChecksum);
  const checksumAt = fieldsEnd + beforeChecksum.length;
  const stateAt = checksumAt + digestChars + beforeState.length;
  const stateEnd = file.length - ending.length;
  const isOfForm = fieldsEnd > 0 && stateAt <= stateEnd && file.toString("latin1", stateEnd) === ending;
  if (!isOfForm || file.toString("latin1", checksumAt + digestChars, stateAt) !== beforeState) return undefined;
  const fields = `${file.toString("utf8", 0, fieldsEnd)}}`;
  const state = file.subarray(stateAt, stateEnd);
  const checksum = file.toString("latin1", checksumAt, checksumAt + digestChars);
  if (checksumOf(fields, state, sha256) !== checksum) return undefined;
  const { n, time, tableStart, historyDigest, stateDigest, tableDigest } = JSON.parse(fields) as {
    readonly n: number;
    readonly time: number;
    readonly tableStart: Digest;
    readonly historyDigest: Digest;
    readonly stateDigest: Digest;
    readonly tableDigest: Digest;
  };
  return {
    snapshot: { digests: { n, historyDigest, stateDigest, tableDigest }, time, state: state.toString() },
    tableStart,
  };
}

function checksumOf(fields: string, state: string | Uint8Array, sha256: Sha256): Digest {
  return sha256(`${sha256(state)} ${fields}`);
}
