import type { ServerResponse } from "node:http";
import { sendPlain } from "./http-send.ts";

/** Bounds of all event streams of a door together. */
export interface StreamLimits {
  /** Streams open at the same time. */
  readonly streamsMax: number;
  /** Bytes waiting for one slow reader before it is cut off. */
  readonly streamBytesMax: number;
}

const heartbeatMs = 15_000;

/** Sends event streams (Server-Sent Events) and keeps them bounded: in number, and in what waits for a slow reader. */
export class StreamSender {
  readonly #limits: StreamLimits;
  readonly #open = new Set<ServerResponse>();

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** Starts a stream on a response; one too many is refused with 503. */
  send(response: ServerResponse, contentType: string, start: (send: (text: string) => void) => () => void): void {
    if (response.destroyed) return;
    if (this.#open.size >= this.#limits.streamsMax) {
      return sendPlain(response, 503, "Too many event streams are open.", ["Retry-After", "5"]);
    }
    response.writeHead(200, ["Content-Type", contentType, "Cache-Control", "no-store"]);
    if (response.req.method === "HEAD") return void response.end();
    response.flushHeaders();
    this.#open.add(response);
    const stop = start((text) => this.#write(response, text));
    // A comment now and then tells both sides, and what is between them, that the stream lives.
    const heartbeat = setInterval(() => this.#write(response, ":\n\n"), heartbeatMs);
    heartbeat.unref();
    response.once("close", () => {
      clearInterval(heartbeat);
      this.#open.delete(response);
      stop();
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const response of this.#open) response.end();
  }

  #write(response: ServerResponse, text: string): void {
    if (response.destroyed || response.writableEnded) return;
    response.write(text);
    if (response.writableLength > this.#limits.streamBytesMax) response.destroy();
  }
}
