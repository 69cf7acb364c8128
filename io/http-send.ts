import type { IncomingMessage, ServerResponse } from "node:http";

/** More headers of an answer, name and value in turn. */
export type RawHeaders = readonly string[];

/** Sends a whole answer, its length always said. */
export function sendContent(
  response: ServerResponse,
  status: number,
  contentType: string,
  content: string | Uint8Array,
  headers: RawHeaders = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const length = typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
  response.writeHead(status, ["Content-Type", contentType, "Content-Length", String(length), ...headers]);
  response.end(content);
}

/** Refuses on the level of HTTP, in one sentence. */
export function sendPlain(response: ServerResponse, status: number, sentence: string, headers: RawHeaders = []): void {
  sendContent(response, status, "text/plain; charset=utf-8", `${sentence}\n`, headers);
}

const lingerBytesMax = 4 * 1024 * 1024;
const lingerMs = 2000;

/**
 * Refuses a request whose body is still on its way, and ends the connection. The answer is complete for the client at
 * once; what it goes on sending is read and thrown away for a while, since closing on unread bytes resets the
 * connection and can take the answer with it.
 */
export function sendPlainAndClose(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  sentence: string,
  headers: RawHeaders = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const content = Buffer.from(`${sentence}\n`);
  const type = ["Content-Type", "text/plain; charset=utf-8", "Content-Length", String(content.byteLength)];
  response.writeHead(status, [...type, "Connection", "close", ...headers]);
  response.write(content);
  linger(request, response);
}

function linger(request: IncomingMessage, response: ServerResponse): void {
  let bytes = 0;
  const timer = setTimeout(end, lingerMs);
  timer.unref();
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > lingerBytesMax) end();
  });
  request.on("end", end);
  request.on("close", end);
  request.resume();
  function end(): void {
    clearTimeout(timer);
    response.end();
  }
}
