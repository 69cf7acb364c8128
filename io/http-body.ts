import type { IncomingMessage, ServerResponse } from "node:http";
import { sendPlainAndClose } from "./http-send.ts";

/**
 * Reads a body and counts it as it comes: what says that it is too long, or turns out to be, is answered with 413.
 * `take` is called at most once, with a whole body; a client that goes away in the middle is forgotten.
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  bytesMax: number,
  take: (body: Buffer) => void,
): void {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > bytesMax) return refuse(request, response, bytesMax);
  if (isWaiting(request)) response.writeContinue();
  let chunks: Buffer[] = [];
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    if (bytes > bytesMax) return;
    bytes += chunk.length;
    if (bytes <= bytesMax) return void chunks.push(chunk);
    chunks = [];
    refuse(request, response, bytesMax);
  });
  request.on("end", () => {
    if (bytes <= bytesMax) take(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
  });
}

/** True for a client that sends its body when it is told to (RFC 9110, section 10.1.1). */
export function isWaiting(request: IncomingMessage): boolean {
  return request.headers.expect !== undefined && request.httpVersion === "1.1";
}

function refuse(request: IncomingMessage, response: ServerResponse, bytesMax: number): void {
  sendPlainAndClose(request, response, 413, `The body may have at most ${bytesMax} bytes.`);
}
