import { type HttpAnswer, KeepAliveClient } from "./keep-alive-client.ts";

/** A request that is sent until it is done. */
export interface RetriedRequest {
  readonly path: string;
  readonly soapAction: string;
  readonly body: string;
  readonly isDone: (answer: HttpAnswer) => boolean;
}

type OnTried = (answer: HttpAnswer | undefined) => void;

const connectionsMax = 4000;
const repeatAfterMs = 20;

/**
 * Sends requests over as many connections as it takes. What is refused, breaks off or takes longer than `tryMsMax` is
 * sent again, to the next address where there are several.
 */
export class RetryingClient {
  readonly #urls: readonly URL[];
  readonly #tryMsMax: number;
  readonly #idle: readonly Line[][];
  readonly #queue: (() => void)[] = [];
  #connections = 0;
  #first = 0;
  #repeats = 0;

  constructor(urls: readonly URL[], tryMsMax: number) {
    this.#urls = urls;
    this.#tryMsMax = tryMsMax;
    this.#idle = urls.map(() => []);
  }

  /** How often something was sent again since this was last asked. */
  takeRepeats(): number {
    const repeats = this.#repeats;
    this.#repeats = 0;
    return repeats;
  }

  /** Sends a request until it is done, and hands over the body of the answer. */
  send(request: RetriedRequest, onDone: (body: string) => void): void {
    this.#first = (this.#first + 1) % this.#urls.length;
    this.#try(request, this.#first, onDone);
  }

  #try(request: RetriedRequest, at: number, onDone: (body: string) => void): void {
    const idle = this.#idle[at] as Line[];
    const line = idle.pop() ?? this.#open(at, request);
    if (line === undefined) {
      this.#queue.push(() => this.#try(request, at, onDone));
      return;
    }
    line.post(request.body, this.#tryMsMax, (answer) => {
      if (line.isOpen) idle.push(line);
      this.#queue.shift()?.();
      if (answer !== undefined && request.isDone(answer)) return onDone(answer.body);
      this.#repeats++;
      setTimeout(() => this.#try(request, (at + 1) % this.#urls.length, onDone), repeatAfterMs);
    });
  }

  #open(at: number, { path, soapAction }: RetriedRequest): Line | undefined {
    if (this.#connections >= connectionsMax) return undefined;
    this.#connections++;
    return new Line(new URL(path, this.#urls[at]), soapAction, (line) => {
      this.#connections--;
      const idle = this.#idle[at] as Line[];
      if (idle.includes(line)) idle.splice(idle.indexOf(line), 1);
    });
  }
}

/** One connection with one try at a time; a try that fails ends it. */
class Line {
  readonly #client: KeepAliveClient;
  readonly #onEnded: (line: Line) => void;
  #isOpen = true;
  #onTried: OnTried | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(url: URL, soapAction: string, onEnded: (line: Line) => void) {
    this.#onEnded = onEnded;
    this.#client = new KeepAliveClient(url, soapAction, () => this.#end());
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  post(body: string, msMax: number, onTried: OnTried): void {
    this.#onTried = onTried;
    this.#timer = setTimeout(() => this.#end(), msMax);
    this.#client.post(body, (answer) => this.#finish(answer));
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#client.close();
    this.#onEnded(this);
    this.#finish(undefined);
  }

  #finish(answer: HttpAnswer | undefined): void {
    clearTimeout(this.#timer);
    const onTried = this.#onTried;
    this.#onTried = undefined;
    onTried?.(answer);
  }
}
