import { struct, text, u53, type ValueOf } from "./codec.ts";
import { epoch } from "./epoch.ts";
import { digest, request } from "./request.ts";

/** How a numbered request is written and read. */
export const entry = struct({
  n: u53,
  /** The epoch in which the number was given out: it stays when a later epoch takes the entry over. */
  epoch,
  time: u53,
  businessDate: text(10),
  request,
  /** H(n): over the whole history up to and with this entry. */
  historyDigest: digest,
});

/** One numbered request in the log of a manager. */
export type Entry = ValueOf<typeof entry>;
