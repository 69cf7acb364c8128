import { assert } from "../protocol/assert.ts";
import type { Applied, Call, CallFault, CallReply, FaultCode } from "../protocol/call.ts";
import type { RequestId, Sequence } from "../protocol/ids.ts";
import type { Quorum } from "../protocol/quorum.ts";
import { refusedResults } from "../protocol/result.ts";

const fullTableRetrySeconds = 60;

/** A fault with its message for people; the change was not applied unless it is said otherwise. */
export function fault(
  code: FaultCode,
  message: string,
  applied: Applied = "notApplied",
  retryAfterSeconds?: number,
): CallFault {
  return { kind: "fault", code, message, applied, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** The reply to a call from the result that a quorum agrees on; `requestId` is there for a change. */
export function replyTo(
  call: Call,
  requestId: RequestId | undefined,
  sequence: Sequence,
  result: string,
): CallReply | CallFault {
  switch (result) {
    case refusedResults.reused:
      return reusedFault();
    case refusedResults.tooOld:
      return fault(
        "INVALID_REQUEST",
        "The request was under way for longer than request ids are remembered. It was not executed.",
      );
    case refusedResults.tooLarge:
      return fault(
        "UNSUPPORTED",
        "It was done, and the answer is larger than the service can send. Ask for less at a time.",
        requestId === undefined ? "notApplied" : "applied",
      );
    case refusedResults.tableFull:
      return fault(
        "BUSY",
        "The table of request ids is full. Nothing was changed.",
        "notApplied",
        fullTableRetrySeconds,
      );
  }
  const answer: unknown = JSON.parse(result);
  assert(typeof answer === "object" && answer !== null, "managers agree on answers only");
  const id = requestId === undefined ? {} : { requestId };
  return { kind: "answer", operation: call.operation, ...id, sequence, answer } as CallReply;
}

/** The request id belongs to another request. */
export function reusedFault(): CallFault {
  return fault(
    "REQUEST_ID_REUSED",
    "This requestId was used before for a request with other content. Use a new one for a new request.",
  );
}

/** Nobody, or no quorum, answered in time: never a guess. `requestId` is there for a change. */
export function failureFault(quorum: Quorum, hasReplies: boolean, requestId: RequestId | undefined): CallFault {
  const disagreed = `No ${quorum === 2 ? "two" : "three"} managers gave the same answer in time`;
  if (requestId === undefined) {
    return fault("NO_AGREEMENT", `${disagreed}. Nothing was changed. Ask again.`, "notApplied", 1);
  }
  const code = hasReplies ? "NO_AGREEMENT" : "OUTCOME_UNKNOWN";
  const why = hasReplies ? disagreed : "No answer came in time";
  const message = `${why}: whether the change took effect is unknown. Send it again with requestId ${requestId}: it will not happen twice.`;
  return fault(code, message, "unknown", 1);
}
