import { sha256 } from "../../io/sha256.ts";
import { genesisDigest, historyDigest } from "../../protocol/history.ts";
import type { Epoch } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { canonicalArguments } from "../../protocol/operation.ts";
import { print } from "../../protocol/print.ts";
import type { Command, Request } from "../../protocol/request.ts";

/** When everything in a scenario was numbered. */
export const stamp = { time: 1000, businessDate: "2023-05-12" } as const;

/** An epoch of a scenario: `E1`, `E2` and so on. */
export const epochOf = (number: number): Epoch => ({ number, nonce: `${number}`.padEnd(32, "e") });

/** The incarnation of a slot: `I1` to `I4`. */
export const incarnationOf = (slot: number) => String(slot).repeat(32);

const shortRequests: { readonly [name: string]: (word: string) => Command } = {
  add: (capacity) =>
    operation("addMovieSlots", {
      adminID: "ATWA1000",
      movieID: "ATWM130523",
      movieName: "Avatar",
      bookingCapacity: Number(capacity),
    }),
  book: (tickets) =>
    operation("bookMovieTickets", {
      customerID: "ATWC1000",
      movieID: "ATWM130523",
      movieName: "Avatar",
      numberOfTickets: Number(tickets),
    }),
  schedule: () => operation("getBookingSchedule", { customerID: "ATWC1000" }),
  outcome: (requestId) => ({ kind: "outcome", requestId }),
  checkpoint: () => ({ kind: "checkpoint" }),
};

function operation(name: Parameters<typeof canonicalArguments>[0], args: Readonly<Record<string, unknown>>): Command {
  return { kind: "operation", operation: name, args: canonicalArguments(name, args) };
}

/**
 * The short words of a scenario: requests by name, and a log of them with its history digests. In JSON, `"E1"` is an
 * epoch, `"H3"` the history digest at 3, `"F3"` that of the fork, `"I2"` an incarnation, `"D(text)"` a SHA-256.
 */
export class ScenarioWords {
  readonly #requests = new Map<string, Request>();
  readonly #log: Request[] = [];
  readonly #history: string[] = [genesisDigest];
  #forkAt = 0;
  readonly #fork: Request[] = [];
  readonly #forkHistory: string[] = [];

  /** `request <name> <short word> <value>`, or the command as JSON; `as <requestId>` gives it another's id. */
  define(name: string, rest: string): void {
    const [text, requestId = name] = rest.split(" as ") as [string, string?];
    const [word = "", value = ""] = text.split(" ");
    const command = text.startsWith("{") ? (this.json(text) as Command) : shortRequests[word]!(value);
    this.#requests.set(name, { requestId, caller: "ATWC1000", issuedAt: 900, replyTo: "f1:1", command });
  }

  request(name: string): Request {
    const request = this.#requests.get(name);
    if (request === undefined) throw new Error(`no request is called ${name}`);
    return request;
  }

  /** `log a b c`: what is numbered 1, 2, 3. */
  appendLog(names: readonly string[]): void {
    for (const name of names) {
      this.#log.push(this.request(name));
      this.#history.push(digestBehind(this.#history.at(-1)!, this.#log.length, this.#log.at(-1)!));
    }
  }

  /** `fork 2 x y`: another history, from number 2 on. */
  fork(at: number, names: readonly string[]): void {
    this.#forkAt = at;
    let before = this.digestAt(at - 1);
    for (const [index, name] of names.entries()) {
      this.#fork.push(this.request(name));
      before = digestBehind(before, at + index, this.request(name));
      this.#forkHistory.push(before);
    }
  }

  digestAt(n: number): string {
    return this.#history[n]!;
  }

  forkDigestAt(n: number): string {
    return this.#forkHistory[n - this.#forkAt]!;
  }

  /** The order of the numbers from `first` to `last`. */
  order(first: number, last: number, isFork: boolean): MessageOf<"order"> {
    const requests = isFork
      ? this.#fork.slice(first - this.#forkAt, last - this.#forkAt + 1)
      : this.#log.slice(first - 1, last);
    const digest = isFork ? this.forkDigestAt(last) : this.digestAt(last);
    return { kind: "order", epoch: epochOf(1), first, ...stamp, requests, historyDigest: digest, commitPoint: 0 };
  }

  /** JSON in which short words stand for what they mean. */
  json(text: string): unknown {
    return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? this.#meaning(value) : value));
  }

  /** Puts short words into a printed effect: `[a]` for a request, `H1`, `F2`, `E1`, `I3`. */
  shorten(printed: string): string {
    let text = printed;
    for (const [name, request] of this.#requests) text = text.replaceAll(printedField(request), `[${name}]`);
    for (const [index, digest] of this.#history.entries()) text = text.replaceAll(printedField(digest), `H${index}`);
    for (const [index, digest] of this.#forkHistory.entries()) {
      text = text.replaceAll(printedField(digest), `F${this.#forkAt + index}`);
    }
    for (const number of [1, 2]) text = text.replaceAll(printedField(epochOf(number)), `E${number}`);
    for (const slot of [1, 2, 3, 4]) text = text.replaceAll(printedField(incarnationOf(slot)), `I${slot}`);
    return text;
  }

  #meaning(text: string): unknown {
    const number = Number(text.slice(1));
    if (/^E\d+$/.test(text)) return epochOf(number);
    if (/^H\d+$/.test(text)) return this.digestAt(number);
    if (/^F\d+$/.test(text)) return this.forkDigestAt(number);
    if (/^I\d$/.test(text)) return incarnationOf(number);
    return text.startsWith("D(") ? sha256(text.slice(2, -1)) : text;
  }
}

function printedField(value: unknown): string {
  return print({ kind: "x", value } as { readonly kind: string }).slice("x value=".length);
}

function digestBehind(before: string, n: number, request: Request): string {
  return historyDigest(sha256, before, { n, epoch: epochOf(1), ...stamp }, request);
}
