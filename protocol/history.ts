import type { Digest, Epoch } from "./ids.ts";
import { type Request, requestContent, requestKey } from "./request.ts";
import type { Sha256 } from "./role.ts";

/** The history digest before the first request. */
export const genesisDigest: Digest = "0".repeat(64);

/** When and under whom a request was numbered. */
export interface Numbering {
  readonly n: number;
  readonly epoch: Epoch;
  readonly time: number;
  readonly businessDate: string;
}

/**
 * The history digest H(n): it covers H(n-1), the number, the epoch of assignment, the times, the request id and the
 * content, so that equal digests mean equal histories. Lengths stand before what may hold a space.
 */
export function historyDigest(sha256: Sha256, before: Digest, at: Numbering, request: Request): Digest {
  const { epoch, n, time, businessDate } = at;
  const numbering = `${n} ${epoch.number} ${epoch.nonce} ${time} ${businessDate.length} ${businessDate}`;
  const key = requestKey(request);
  const identity = `${key.length} ${key} ${request.issuedAt}`;
  return sha256(`${before} ${numbering} ${identity} ${requestContent(request)}`);
}
