import { expect } from "chai";
import type { Entry } from "../../protocol/entry.ts";
import type { Slot } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { type Request, requestContent, requestKey } from "../../protocol/request.ts";

type Reply = MessageOf<"reply">;

/** Sees every entry and every reply, and fails as soon as one of them breaks what must always hold. */
export class Witness {
  /** The one order: every entry that any manager ever put into its log, by number. */
  readonly order = new Map<number, Entry>();
  /** Votes that reached each front end: by front end and request, the managers that said the same. */
  readonly #votes = new Map<string, Map<string, Set<number>>>();

  /** Equal number means equal history and equal request, everywhere. */
  onAppend(slot: Slot, entries: readonly Entry[]): void {
    for (const entry of entries) {
      const known = this.order.get(entry.n);
      if (known === undefined) this.order.set(entry.n, entry);
      else if (!isSameEntry(entry, known)) expect(entry, `entry ${entry.n} at manager ${slot}`).to.deep.equal(known);
    }
  }

  onReply(frontend: string, reply: Reply): void {
    const key = `${frontend} ${requestKey(reply)}`;
    const votes = this.#votes.get(key) ?? new Map<string, Set<number>>();
    const { epoch, n, historyDigest, readDate, resultDigest } = reply;
    const vote = `${n} ${epoch.number} ${epoch.nonce} ${historyDigest} ${readDate} ${resultDigest}`;
    votes.set(vote, (votes.get(vote) ?? new Set()).add(reply.slot));
    this.#votes.set(key, votes);
  }

  /** An answer of that number is there only when two managers that are different said the same. */
  expectTwo(frontend: string, request: Pick<Request, "caller" | "requestId">, n: number): void {
    const votes = [...(this.#votes.get(`${frontend} ${requestKey(request)}`) ?? [])];
    const managers = votes.filter(([vote]) => vote.startsWith(`${n} `)).map(([, slots]) => slots.size);
    const most = Math.max(0, ...managers);
    if (most < 2) expect.fail(`${most} managers agreed on the answer to ${requestKey(request)} at ${n}`);
  }

  /** The order without a gap, from number 1. */
  entries(): readonly Entry[] {
    const entries = [...this.order.values()].sort((a, b) => a.n - b.n);
    const gap = entries.findIndex((entry, index) => entry.n !== index + 1);
    expect(gap, "index of a gap in the order").to.equal(-1);
    return entries;
  }
}

function isSameEntry(a: Entry, b: Entry): boolean {
  const isSameMoment = a.time === b.time && a.businessDate === b.businessDate;
  const isSameHistory = isSameMoment && a.historyDigest === b.historyDigest;
  return isSameHistory && JSON.stringify(sorted(a.request)) === JSON.stringify(sorted(b.request));
}

/** A request travels with its fields in one order and is made with them in another. */
function sorted({ requestId, caller, issuedAt, replyTo, command }: Request): readonly unknown[] {
  return [requestId, caller, issuedAt, replyTo, requestContent({ requestId, caller, issuedAt, replyTo, command })];
}
