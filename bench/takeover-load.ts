import { setTimeout as delay } from "node:timers/promises";
import { RetryingClient } from "./takeover-client.ts";
import { type LoadRequest, nextRequest, type RequestKind } from "./takeover-requests.ts";

/** A load that does not wait for answers: so many requests a second, each at its own moment. */
export interface TakeoverLoad {
  readonly kind: RequestKind;
  readonly urls: readonly string[];
  /** The date of the shows that are booked. */
  readonly businessDate: string;
  /** Milliseconds without an answer after which a request is sent again. */
  readonly tryMsMax: number;
  readonly ratePerSecond: number;
  /** Seconds after which it ends by itself. */
  readonly secondsMax: number;
}

/** What the process of a load is told. */
export type LoadCommand =
  | { readonly kind: "run"; readonly load: TakeoverLoad }
  | { readonly kind: "kill"; readonly pid: number }
  | { readonly kind: "settle" }
  | { readonly kind: "tally" };

/** What became of the requests around one kill. */
export interface Outage {
  /** Milliseconds: the longest time without an answer, of those that end behind the kill, while requests were sent. */
  readonly gapMs: number;
  /** Milliseconds: the longest time without an answer before the kill. */
  readonly calmGapMs: number;
  /** Milliseconds from the moment of a request to its answer, of the slowest one. */
  readonly slowestMs: number;
  /** Requests sent since the load began. */
  readonly requests: number;
  /** How often one of them was sent again. */
  readonly repeats: number;
}

/** What one process of a load was answered: how often each key, and how often a number came that had come before. */
export interface Tally {
  readonly keys: readonly (readonly [key: string, count: number])[];
  readonly numbersTwice: number;
}

const tickMs = 1;
const pollMs = 20;
const waitingMax = 40_000;

/** Sends requests at a fixed rate, kills a process on command, and measures what that does to the answers. */
class OpenLoad {
  readonly #client: RetryingClient;
  readonly #load: TakeoverLoad;
  readonly #tally: AnswerTally;
  readonly #startedAt = performance.now();
  readonly #timer = setInterval(() => this.#sendDue(), tickMs);
  #requests = 0;
  #waiting = 0;
  #answeredAt: number | undefined;
  #gapMs = 0;
  #calmGapMs = 0;
  #slowestMs = 0;
  #killedAt = Number.POSITIVE_INFINITY;
  #isTakenOver = false;
  #isEnding = false;

  constructor(load: TakeoverLoad, client: RetryingClient, tally: AnswerTally) {
    this.#load = load;
    this.#client = client;
    this.#tally = tally;
  }

  kill(pid: number): void {
    process.kill(pid, "SIGKILL");
    this.#killedAt = performance.now();
  }

  /** Sends nothing more, once requests of after the kill are answered; resolves when all is answered. */
  async settle(): Promise<Outage> {
    await this.#until("somebody takes over", () => this.#isTakenOver || this.#killedAt === Number.POSITIVE_INFINITY);
    clearInterval(this.#timer);
    // What then still waits is answered with pauses that are no outage.
    this.#isEnding = true;
    await this.#until("every request is answered", () => this.#waiting === 0);
    return {
      gapMs: this.#gapMs,
      calmGapMs: this.#calmGapMs,
      slowestMs: this.#slowestMs,
      requests: this.#requests,
      repeats: this.#client.takeRepeats(),
    };
  }

  async #until(what: string, isSo: () => boolean): Promise<void> {
    for (; !isSo(); await delay(pollMs)) {
      if (performance.now() - this.#startedAt > 2000 * this.#load.secondsMax) throw new Error(`not in time: ${what}`);
    }
  }

  #sendDue(): void {
    const elapsedMs = performance.now() - this.#startedAt;
    if (elapsedMs > 1000 * this.#load.secondsMax) return clearInterval(this.#timer);
    const due = Math.floor((elapsedMs * this.#load.ratePerSecond) / 1000);
    for (; this.#requests < due; this.#requests++) {
      if (++this.#waiting > waitingMax) throw new Error(`${waitingMax} requests wait for an answer`);
      this.#send(this.#startedAt + (1000 * this.#requests) / this.#load.ratePerSecond);
    }
  }

  #send(dueAt: number): void {
    const request = nextRequest(this.#load.kind, this.#load.businessDate);
    this.#client.send(request, (body) => {
      this.#tally.add(request, body);
      this.#note(performance.now(), dueAt);
      this.#waiting--;
    });
  }

  #note(now: number, dueAt: number): void {
    const gapMs = this.#answeredAt === undefined ? 0 : now - this.#answeredAt;
    this.#answeredAt = now;
    if (now < this.#killedAt) {
      this.#calmGapMs = Math.max(this.#calmGapMs, gapMs);
      return;
    }
    this.#isTakenOver ||= dueAt > this.#killedAt;
    if (!this.#isEnding) this.#gapMs = Math.max(this.#gapMs, gapMs);
    this.#slowestMs = Math.max(this.#slowestMs, now - dueAt);
  }
}

/** Keeps what was answered, over all loads of this process. */
class AnswerTally {
  readonly #keys = new Map<string, number>();
  readonly #numbers = new Set<string>();
  #numbersTwice = 0;

  add({ key, numberOf }: LoadRequest, body: string): void {
    this.#keys.set(key, (this.#keys.get(key) ?? 0) + 1);
    const number = numberOf(body);
    if (number === undefined) return;
    if (this.#numbers.has(number)) this.#numbersTwice++;
    this.#numbers.add(number);
  }

  get tally(): Tally {
    return { keys: [...this.#keys], numbersTwice: this.#numbersTwice };
  }
}

const tally = new AnswerTally();
let client: RetryingClient | undefined;
let running: OpenLoad | undefined;

process.on("message", (command: LoadCommand) => {
  if (command.kind === "run") {
    client ??= new RetryingClient(
      command.load.urls.map((url) => new URL(url)),
      command.load.tryMsMax,
    );
    running = new OpenLoad(command.load, client, tally);
  } else if (command.kind === "kill") running?.kill(command.pid);
  else if (command.kind === "settle") void running?.settle().then((outage) => process.send?.(outage));
  else process.send?.(tally.tally);
});
process.on("disconnect", () => process.exit());
