import { assert } from "../protocol/assert.ts";
import { historyDigest } from "../protocol/history.ts";
import type { BusinessDate, Digest, InstantMs, Sequence, Slot } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import { isReadRequest, type Request, requestKey } from "../protocol/request.ts";
import { batches } from "./batches.ts";
import type { Term } from "./campaign.ts";
import type { SequencerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { OrderRing } from "./order-ring.ts";
import { StoredPoints } from "./stored-points.ts";

/** What is written on everything that a sequencer says. */
export interface Moment {
  /** Log time: it never goes back, not even from one sequencer to the next. */
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
}

/**
 * Gives out the numbers of one epoch and dies with it: all requests of one turn in as few orders as fit in datagrams,
 * reads stamped behind them, never more than a window beyond what two managers have stored.
 */
export class Numbering {
  readonly #config: SequencerConfig;
  readonly #term: Term;
  readonly #ring: OrderRing;
  readonly #stored: StoredPoints;
  /** Numbers of the requests that are not committed yet, so that a repeated request is not numbered twice. */
  readonly #inFlight: Map<string, Sequence>;
  readonly #inFlightKeys: string[] = [];
  #last: Sequence;
  #lastDigest: Digest;
  #committed: Sequence = 0;

  /**
   * `adopted` are the slots that have stored everything up to the base. `before` is the numbering of the epoch that
   * this process led before: only a mutant looks at it.
   */
  constructor(config: SequencerConfig, term: Term, adopted: readonly Slot[], before: Numbering | null) {
    const { ringEntriesMax, windowEntriesMax } = config.limits;
    assert(ringEntriesMax >= windowEntriesMax, "what no two managers have stored can be given again");
    this.#config = config;
    this.#term = term;
    this.#ring = new OrderRing(config.limits.ringEntriesMax);
    this.#stored = new StoredPoints();
    this.#inFlight = config.mutant === "keepInFlight" && before !== null ? before.#inFlight : new Map();
    this.#last = term.base;
    this.#lastDigest = term.baseDigest;
    for (const slot of adopted) this.onStored(slot, term.base);
  }

  get last(): Sequence {
    return this.#last;
  }

  /** What two managers have stored. */
  get committed(): Sequence {
    return this.#committed;
  }

  /** How far each manager has stored, by slot. */
  get stored(): readonly Sequence[] {
    return this.#stored.all();
  }

  /** Numbers the changes and stamps the reads of one turn; returns how many it had no room for. */
  take(requests: readonly Request[], moment: Moment, emit: Emit): number {
    const changes: Request[] = [];
    const reads: Request[] = [];
    let busy = 0;
    for (const request of requests) {
      if (this.#last + changes.length - this.#committed >= this.#config.limits.windowEntriesMax) {
        busy++;
        this.#sayBusy(request, emit);
      } else if (isReadRequest(request)) {
        reads.push(request);
      } else if (this.#isNew(request, this.#last + changes.length + 1)) {
        changes.push(request);
      }
    }
    this.#number(changes, moment, emit);
    this.#stamp(reads, moment, emit);
    return busy;
  }

  /** Takes note of how far a member has stored. */
  onStored(slot: number, durable: Sequence): void {
    if (durable > this.#last) return;
    this.#committed = this.#stored.store(slot, durable);
    while (this.#inFlightKeys.length > 0) {
      const key = this.#inFlightKeys[0] as string;
      if ((this.#inFlight.get(key) as Sequence) > this.#committed) break;
      this.#inFlight.delete(key);
      this.#inFlightKeys.shift();
    }
  }

  /** Sends those orders of this epoch again that a manager misses, as far as they are kept. */
  onResend(message: MessageOf<"resend">, emit: Emit): void {
    const to = Math.min(message.to, message.from + this.#config.limits.resendEntriesMax - 1, this.#last);
    for (const order of this.#ring.between(message.from, to)) {
      emit({ kind: "send", to: message.replyTo, message: order });
    }
  }

  /** The sign of life, which also reveals a lost tail. */
  heartbeat(moment: Moment): MessageOf<"heartbeat"> {
    const { epoch } = this.#term;
    const log = { last: this.#last, historyDigest: this.#lastDigest, commitPoint: this.#committed };
    return { kind: "heartbeat", id: this.#config.id, epoch, ...moment, ...log };
  }

  #sayBusy({ caller, requestId, replyTo }: Request, emit: Emit): void {
    // What a manager found has no address: nobody waits for its answer.
    if (replyTo === "") return;
    const retryAfterMs = this.#config.limits.busyRetryMs;
    emit({ kind: "send", to: replyTo, message: { kind: "busy", caller, requestId, retryAfterMs } });
  }

  #isNew(request: Request, n: Sequence): boolean {
    const key = requestKey(request);
    if (this.#inFlight.has(key)) return false;
    this.#inFlight.set(key, n);
    this.#inFlightKeys.push(key);
    assert(this.#inFlightKeys.length <= this.#config.limits.windowEntriesMax, "requests in flight stay in the window");
    return true;
  }

  #number(requests: readonly Request[], { time, businessDate }: Moment, emit: Emit): void {
    const { epoch } = this.#term;
    for (const batch of batches(requests, this.#config.limits.datagramBytesMax)) {
      const first = this.#last + 1;
      for (const request of batch) {
        const at = { n: ++this.#last, epoch, time, businessDate };
        this.#lastDigest = historyDigest(this.#config.sha256, this.#lastDigest, at, request);
      }
      const order: MessageOf<"order"> = {
        kind: "order",
        epoch,
        first,
        time,
        businessDate,
        requests: batch,
        historyDigest: this.#lastDigest,
        commitPoint: this.#committed,
      };
      this.#ring.add(order);
      emit({ kind: "send", to: "managers", message: order });
    }
  }

  #stamp(requests: readonly Request[], moment: Moment, emit: Emit): void {
    for (const batch of batches(requests, this.#config.limits.datagramBytesMax)) {
      const stamp = { epoch: this.#term.epoch, n: this.#last, ...moment };
      emit({ kind: "send", to: "managers", message: { kind: "read", ...stamp, requests: batch } });
    }
  }
}
