import { sha256 } from "../../io/sha256.ts";
import type { Entry } from "../../protocol/entry.ts";
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

/** The incarnation of a slot: `I1` to `I4`; `I5` is new data. */
export const incarnationOf = (slot: number) => String(slot).repeat(32);

/** The incarnations of all four slots. */
export const allMembers = [1, 2, 3, 4].map(incarnationOf);

const epochsShown = [1, 2, 3, 4, 5];

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
  readonly #log: Entry[] = [];
  #forkAt = 0;
  readonly #fork: Entry[] = [];

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

  /** `log a b c`: what is numbered 1, 2, 3; `log E2 d`: what comes behind it in a later epoch. */
  appendLog(names: readonly string[]): void {
    const [epoch, requests] = this.#splitEpoch(names);
    for (const name of requests) {
      this.#log.push(entryBehind(this.digestAt(this.#log.length), this.#log.length + 1, epoch, this.request(name)));
    }
  }

  /** `fork 2 x y`: another history, from number 2 on; `fork 2 E2 x y`: in a later epoch. */
  fork(at: number, names: readonly string[]): void {
    this.#forkAt = at;
    const [epoch, requests] = this.#splitEpoch(names);
    for (const [index, name] of requests.entries()) {
      const before = index === 0 ? this.digestAt(at - 1) : this.forkDigestAt(at + index - 1);
      this.#fork.push(entryBehind(before, at + index, epoch, this.request(name)));
    }
  }

  /** The entries of the numbers from `first` to `last`; `forked` ones are those of the fork where it has them. */
  entries(first: number, last: number, isFork = false): readonly Entry[] {
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
      const n = first + index;
      const entry = isFork && n >= this.#forkAt ? this.#fork[n - this.#forkAt] : this.#log[n - 1];
      if (entry === undefined) throw new Error(`nothing has the number ${n}`);
      return entry;
    });
  }

  digestAt(n: number): string {
    return n === 0 ? genesisDigest : this.entries(n, n)[0]!.historyDigest;
  }

  forkDigestAt(n: number): string {
    return this.entries(n, n, true)[0]!.historyDigest;
  }

  /** The order of the numbers from `first` to `last`, in the epoch in which they were given out. */
  order(first: number, last: number, isFork: boolean): MessageOf<"order"> {
    const entries = this.entries(first, last, isFork);
    const { epoch } = entries[0]!;
    const requests = entries.map(({ request }) => request);
    const { historyDigest } = entries.at(-1)!;
    return { kind: "order", epoch, first, ...stamp, requests, historyDigest, commitPoint: 0 };
  }

  /** JSON in which short words stand for what they mean. */
  json(text: string): unknown {
    return JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? this.#meaning(value) : value));
  }

  /** Puts short words into a printed effect: `[a]` for a request, `H1`, `F2`, `E1`, `I3`. */
  shorten(printed: string): string {
    let text = printed;
    for (const [name, request] of this.#requests) text = text.replaceAll(printedField(request), `[${name}]`);
    for (const number of epochsShown) text = text.replaceAll(printedField(epochOf(number)), `E${number}`);
    text = text.replaceAll(printedField(genesisDigest), "H0");
    for (const { n, historyDigest } of this.#log) text = text.replaceAll(printedField(historyDigest), `H${n}`);
    for (const { n, historyDigest } of this.#fork) text = text.replaceAll(printedField(historyDigest), `F${n}`);
    for (const slot of [1, 2, 3, 4, 5]) text = text.replaceAll(printedField(incarnationOf(slot)), `I${slot}`);
    return text;
  }

  #splitEpoch(names: readonly string[]): readonly [Epoch, readonly string[]] {
    const [, number] = /^E(\d)$/.exec(names[0] ?? "") ?? [];
    return number === undefined ? [epochOf(1), names] : [epochOf(Number(number)), names.slice(1)];
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

function entryBehind(before: string, n: number, epoch: Epoch, request: Request): Entry {
  const numbering = { n, epoch, ...stamp };
  return { ...numbering, request, historyDigest: historyDigest(sha256, before, numbering, request) };
}
