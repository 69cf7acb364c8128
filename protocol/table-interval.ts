import { blob, struct, u32, u53, type ValueOf } from "./codec.ts";
import type { Digest } from "./ids.ts";
import { digest } from "./request.ts";
import type { Sha256 } from "./role.ts";

/** Bytes of the rows of one interval: it is closed at a small part of this, and one row of the largest size fits. */
const rowsBytesMax = 64 * 1024 * 1024;

/** A run of executed changes of the client table, as it is stored. */
export const tableInterval = struct({
  /** Number of the last change in it. */
  n: u53,
  /** The latest of the times at which a change up to its end was numbered or issued: it never goes back. */
  time: u53,
  /** The digest of the table before it, and with it. */
  before: digest,
  digest,
  rows: u32,
  bytes: blob(rowsBytesMax),
});
/** A run of executed changes of the client table, as it is stored. */
export type TableInterval = ValueOf<typeof tableInterval>;

/** The digest of a client table that goes on behind `before` with these rows. */
export function tableDigest(sha256: Sha256, before: Digest, bytes: Uint8Array): Digest {
  return sha256(`${before} ${sha256(bytes)}`);
}
