import { connect, type Socket } from "node:net";

/** An HTTP answer: its status and its body as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One connection that sends SOAP requests one after the other. Made by hand of a socket, because the machine that is
 * measured also makes the load: a general HTTP client takes as much of it as the servers do.
 */
export class KeepAliveClient {
  readonly #head: string;
  readonly #socket: Socket;
  #received = "";
  #onAnswer: ((answer: HttpAnswer) => void) | undefined;

  /** `onFailed` is told why the connection ended; nothing is answered after that. */
  constructor(url: URL, soapAction: string, onFailed: (cause: string) => void) {
    this.#head =
      `POST ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n` +
      `Content-Type: text/xml; charset=utf-8\r\nSOAPAction: "${soapAction}"\r\nContent-Length: `;
    this.#socket = connect(Number(url.port), url.hostname);
    this.#socket.setNoDelay(true).setEncoding("latin1");
    this.#socket.on("data", (chunk: string) => this.#onChunk(chunk));
    this.#socket.on("error", (error) => onFailed(error.message));
    this.#socket.on("close", () => onFailed("the server closed the connection"));
  }

  /** Sends a body of ASCII and hands over its answer; one request at a time. */
  post(body: string, onAnswer: (answer: HttpAnswer) => void): void {
    this.#onAnswer = onAnswer;
    this.#socket.write(`${this.#head}${body.length}\r\n\r\n${body}`, "latin1");
  }

  /** Closes the connection. */
  close(): void {
    this.#socket.removeAllListeners("close");
    this.#socket.destroy();
  }

  #onChunk(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const body = wholeBody(head, this.#received.slice(headEnd + 4));
    if (body === undefined) return;
    this.#received = "";
    this.#onAnswer?.({ status: Number(head.slice(9, 12)), body });
  }
}

/** The body, once all of it is there, by its length or in chunks that end with an empty one. */
function wholeBody(head: string, received: string): string | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (length !== undefined) return received.length >= Number(length) ? received : undefined;
  return received.endsWith("\r\n0\r\n\r\n") ? received : undefined;
}
