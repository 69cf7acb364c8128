import type { BusinessDate, Digest, InstantMs, Sequence } from "./ids.ts";
import type { Request } from "./request.ts";

/** One numbered request in the log of a manager. */
export interface Entry {
  readonly n: Sequence;
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
  readonly request: Request;
  /** H(n): over the whole history up to and with this entry. */
  readonly historyDigest: Digest;
}
