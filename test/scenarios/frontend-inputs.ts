import { sha256 } from "../../io/sha256.ts";
import type { Call } from "../../protocol/call.ts";
import type { Message } from "../../protocol/message.ts";
import { type Request, requestContent } from "../../protocol/request.ts";
import { messages, type Verbs } from "./scenario-verbs.ts";
import { epochOf, incarnationOf } from "./scenario-words.ts";

/** What happens to a front end. */
export const forFrontend: Verbs = {
  call: (context, [handle, name]) => {
    const { requestId, caller, command } = context.words.request(name!);
    const call = callOf(requestId, command);
    return { kind: "call", handle: Number(handle), call, caller, freshId: `fresh-${handle}` };
  },
  reply: (context, [slots, name, n], { result, ...json }) => {
    const request = context.words.request(name!);
    const { requestId, caller } = request;
    const text = typeof result === "string" ? result : JSON.stringify(result);
    const replyOf = (slot: string): Message => ({
      kind: "reply",
      ...replica(Number(slot)),
      version: "table",
      epoch: epochOf(1),
      n: Number(n),
      historyDigest: context.words.digestAt(Number(n)),
      readDate: "",
      caller,
      requestId,
      contentDigest: sha256(requestContent(request)),
      resultDigest: sha256(text),
      result: result === null ? null : text,
      ...json,
    });
    return messages(...slots!.split(",").map(replyOf));
  },
  status: (_, [slots], json) => messages(...slots!.split(",").map((slot) => statusOf(Number(slot), json))),
  busy: (context, [name, retryAfterMs]) => {
    const { caller, requestId } = context.words.request(name!);
    return messages({ kind: "busy", caller, requestId, retryAfterMs: Number(retryAfterMs) });
  },
};

/** The first replica of a slot. */
const replica = (slot: number) => ({ slot, incarnation: incarnationOf(slot), generation: 1 });

/** The status of a manager that votes. */
function statusOf(slot: number, json: Readonly<Record<string, unknown>>): Message {
  const own = { ...replica(slot), pid: 1, state: "voting", version: "table", replicaPid: 2 } as const;
  const terms = { epoch: epochOf(1), promised: epochOf(1), isMember: true, hasRoom: true };
  const points = { last: 0, executed: 0, durable: 0, progress: null, replacements: 0 };
  const rest = { lastReplacement: null, checkpoint: null, fault: null, shadow: null };
  const dropped = { badMac: 0, malformed: 0, otherEpoch: 0 };
  return { kind: "managerStatus", ...own, ...terms, ...points, ...rest, dropped, ...json };
}

function callOf(requestId: string, command: Request["command"]): Call {
  if (command.kind === "outcome") {
    return { operation: "getRequestOutcome", args: { callerID: "ATWC1000", requestId: command.requestId } };
  }
  if (command.kind !== "operation") throw new Error("only operations are called");
  const args: unknown = JSON.parse(command.args);
  return { operation: command.operation, args, ...(requestId.startsWith("?") ? {} : { requestId }) } as Call;
}
