import type { Sequence } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import { type Request, requestContent, requestKey } from "../protocol/request.ts";
import { refusedResults } from "../protocol/result.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Answered } from "./execution.ts";
import type { Ordering } from "./ordering.ts";
import type { Supervision } from "./supervision.ts";

/** What replies are made from. */
export interface RepliesParts {
  readonly config: ManagerConfig;
  readonly ordering: Ordering;
  readonly supervision: Supervision;
}

/** What a manager tells front ends: each result when it is executed and durable, in an epoch that is active. */
export class Replies {
  readonly #parts: RepliesParts;
  /** Executed and not durable yet, in their order. */
  #undurable: Answered[] = [];
  /** The last replies that went out with a digest only, in full, by request. */
  readonly #large = new Map<string, MessageOf<"reply">>();

  constructor(parts: RepliesParts) {
    this.#parts = parts;
  }

  /** Tells a result, or keeps it until its entry is durable. */
  answer(answered: Answered, emit: Emit): void {
    const isHasty = this.#parts.config.mutant === "replyBeforeDurable";
    // Reads as well: what two managers show must not be gone when both of them lose their power.
    if (isHasty || answered.point.n <= this.#parts.ordering.durable) this.#reply(answered, emit);
    else if (answered.readDate === "" || this.#undurable.length < this.#parts.config.limits.readsWaitingMax) {
      this.#undurable.push(answered);
    }
  }

  /** Tells what waited for entries up to that number. */
  onDurable(n: Sequence, emit: Emit): void {
    let count = 0;
    while (count < this.#undurable.length && (this.#undurable[count] as Answered).point.n <= n) count++;
    for (const answered of this.#undurable.splice(0, count)) this.#reply(answered, emit);
  }

  /** Tells a large result again in full; false when it is not kept. */
  repeatLarge(request: Request, emit: Emit): boolean {
    const kept = this.#large.get(requestKey(request));
    if (kept === undefined) return false;
    emit({ kind: "send", to: request.replyTo, message: kept });
    return true;
  }

  /** Forgets what a replica owed and said. */
  forget(): void {
    this.#undurable = [];
    this.#large.clear();
  }

  #reply({ request, point, result: whole, askedAt, readDate }: Answered, emit: Emit): void {
    const { config, ordering, supervision } = this.#parts;
    const epoch = ordering.terms.activeEpoch;
    if (epoch === null || request.replyTo === "" || !supervision.isVoting) return;
    // Who catches up does not answer again what was answered without it.
    if (askedAt + config.limits.windowEntriesMax < ordering.commitPoint) return;
    const result = whole.length <= config.limits.resultCharsMax ? whole : refusedResults.tooLarge;
    const reply: MessageOf<"reply"> = {
      kind: "reply",
      slot: config.slot,
      incarnation: config.incarnation,
      generation: supervision.generation,
      version: supervision.version,
      epoch,
      n: point.n,
      historyDigest: point.historyDigest,
      readDate,
      caller: request.caller,
      requestId: request.requestId,
      contentDigest: config.sha256(requestContent(request)),
      resultDigest: config.sha256(result),
      result,
    };
    const isFull = result.length <= config.limits.resultEverywhereCharsMax || this.#sendsLarge(request);
    if (!isFull) this.#keepLarge(reply);
    emit({ kind: "send", to: request.replyTo, message: isFull ? reply : { ...reply, result: null } });
  }

  /** Kept as it is: asked again, a list would be that of a later point, which agrees with nobody's digest. */
  #keepLarge(reply: MessageOf<"reply">): void {
    this.#large.set(requestKey(reply), reply);
    if (this.#large.size <= this.#parts.config.limits.largeRepliesMax) return;
    for (const oldest of this.#large.keys()) {
      this.#large.delete(oldest);
      return;
    }
  }

  /** Two of the four managers send a large result in full, chosen by the request, the others only its digest. */
  #sendsLarge(request: Request): boolean {
    let sum = 0;
    for (let index = 0; index < request.requestId.length; index++) sum += request.requestId.charCodeAt(index);
    return (sum + this.#parts.config.slot) % 2 === 0;
  }
}
