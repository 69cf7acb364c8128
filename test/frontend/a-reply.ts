import type { Reply } from "../../frontend/ballot.ts";

/** A reply of one manager to one request, right in all that is not said otherwise. */
export function aReply(slot: number, fields: Partial<Reply> = {}): Reply {
  return {
    kind: "reply",
    slot,
    incarnation: String(slot).repeat(32),
    generation: 1,
    version: "table",
    epoch: { number: 1, nonce: "e".repeat(32) },
    n: 7,
    historyDigest: "h7",
    readDate: "",
    caller: "ATWC1000",
    requestId: "a",
    contentDigest: "content",
    resultDigest: "right",
    result: "{}",
    ...fields,
  };
}
