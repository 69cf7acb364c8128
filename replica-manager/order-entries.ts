import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import { historyDigest } from "../protocol/history.ts";
import type { Digest, Sequence } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { Sha256 } from "../protocol/role.ts";

type Order = MessageOf<"order">;

/** Where a log ends: what the next entry follows. */
export interface LogEnd {
  readonly last: Sequence;
  readonly lastDigest: Digest;
}

/** The entries of an order behind the end of a log, each with the digest that follows from the one before. */
export function entriesOfOrder(sha256: Sha256, end: LogEnd, order: Order): readonly Entry[] {
  const { epoch, time, businessDate } = order;
  let before = end.lastDigest;
  const entries: Entry[] = [];
  for (let n = end.last + 1; n < order.first + order.requests.length; n++) {
    const request = order.requests[n - order.first];
    assert(request !== undefined, "an order holds what its numbers say");
    before = historyDigest(sha256, before, { n, epoch, time, businessDate }, request);
    entries.push({ n, epoch, time, businessDate, request, historyDigest: before });
  }
  return entries;
}

/** An entry as the order that it came in, to be sent again in its own epoch. */
export function orderOfEntry(entry: Entry, commitPoint: Sequence): Order {
  const { n, epoch, time, businessDate, request, historyDigest } = entry;
  return { kind: "order", epoch, first: n, time, businessDate, requests: [request], historyDigest, commitPoint };
}

/** True when an entry is what follows a digest: its own digest says so. */
export function follows(sha256: Sha256, before: Digest, entry: Entry): boolean {
  return historyDigest(sha256, before, entry, entry.request) === entry.historyDigest;
}
