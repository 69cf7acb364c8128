import type { Request } from "../protocol/request.ts";

/** Bytes kept free in a datagram for what an order carries beside its requests. */
const orderHeadBytes = 160;
/** Bytes that a request takes at most beside its texts. */
const requestHeadBytes = 64;

/** Cuts requests into runs whose order fits in one datagram; a request too large for one travels alone. */
export function batches(requests: readonly Request[], datagramBytesMax: number): Request[][] {
  const result: Request[][] = [];
  let room = 0;
  for (const request of requests) {
    const bytes = requestBytesAtMost(request);
    if (bytes > room) {
      result.push([]);
      room = datagramBytesMax - orderHeadBytes;
    }
    (result[result.length - 1] as Request[]).push(request);
    room -= bytes;
  }
  return result;
}

function requestBytesAtMost(request: Request): number {
  const { command } = request;
  const commandBytes = command.kind === "operation" ? 3 * command.args.length : 3 * JSON.stringify(command).length;
  return requestHeadBytes + request.caller.length + request.requestId.length + request.replyTo.length + commandBytes;
}
