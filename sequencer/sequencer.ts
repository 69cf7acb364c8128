import { assert } from "../protocol/assert.ts";
import { genesisDigest, historyDigest } from "../protocol/history.ts";
import { type BusinessDate, type Epoch, type InstantMs, isSameEpoch } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageOf, Received } from "../protocol/message.ts";
import { isReadRequest, type Request, requestKey } from "../protocol/request.ts";
import type { NoteEffect, Role, SendEffect, Sha256, WakeEffect } from "../protocol/role.ts";
import { OrderRing } from "./order-ring.ts";
import { StoredPoints } from "./stored-points.ts";

/** What a sequencer is told when it is made. */
export interface SequencerConfig {
  /** Rank among the sequencers. */
  readonly id: number;
  readonly pid: number;
  /** Fresh for each process: the nonce is random. */
  readonly epoch: Epoch;
  readonly limits: Limits;
  readonly sha256: Sha256;
}

/** What happens to a sequencer. `messages` are all that arrived in one turn, in their order. */
export type SequencerInput =
  | { readonly kind: "messages"; readonly messages: readonly Received[] }
  | { readonly kind: "businessDate"; readonly date: BusinessDate }
  | { readonly kind: "dropped"; readonly badMac: number; readonly malformed: number }
  | { readonly kind: "wake" };

/** What a sequencer does. */
export type SequencerEffect = SendEffect | WakeEffect | NoteEffect;

/** Bytes kept free in a datagram for what an order carries beside its requests. */
const orderHeadBytes = 160;
/** Bytes that a request takes at most beside its texts. */
const requestHeadBytes = 64;

/**
 * Numbers requests and multicasts them: all requests of one turn in as few orders as fit in datagrams, reads stamped
 * behind them. It keeps nothing on disk; its epoch ends with its process.
 */
export class Sequencer implements Role<SequencerInput, SequencerEffect> {
  readonly #config: SequencerConfig;
  readonly #ring: OrderRing;
  readonly #stored: StoredPoints;
  /** Numbers of the requests that are not committed yet, so that a repeated request is not numbered twice. */
  readonly #inFlight = new Map<string, number>();
  readonly #inFlightKeys: string[] = [];
  #last = 0;
  #lastDigest = genesisDigest;
  #time: InstantMs = 0;
  #businessDate: BusinessDate = "";
  #committed = 0;
  #spokeAt: InstantMs = 0;
  #wakeAt: InstantMs = 0;
  #busy = 0;
  #dropped = { badMac: 0, malformed: 0 };

  constructor(config: SequencerConfig) {
    this.#config = config;
    this.#ring = new OrderRing(config.limits.ringEntriesMax);
    this.#stored = new StoredPoints();
  }

  step(now: InstantMs, input: SequencerInput): readonly SequencerEffect[] {
    this.#time = Math.max(this.#time, now);
    const effects: SequencerEffect[] = [];
    switch (input.kind) {
      case "messages":
        this.#onMessages(input.messages, effects);
        break;
      case "businessDate":
        if (input.date > this.#businessDate) this.#businessDate = input.date;
        break;
      case "dropped":
        this.#dropped = { badMac: input.badMac, malformed: input.malformed };
        break;
      case "wake":
        this.#wakeAt = 0;
        break;
    }
    this.#beat(now, effects);
    return effects;
  }

  #onMessages(messages: readonly Received[], effects: SequencerEffect[]): void {
    const changes: Request[] = [];
    const reads: Request[] = [];
    for (const { from, message } of messages) {
      if (message.kind === "request") this.#onRequest(message.request, changes, reads, effects);
      else if (message.kind === "stored") this.#onStored(message);
      else if (message.kind === "resend") this.#onResend(message, effects);
      else if (message.kind === "askStatus") effects.push(this.#status(message.replyTo || from));
    }
    this.#number(changes, effects);
    this.#stamp(reads, effects);
  }

  #onRequest(request: Request, changes: Request[], reads: Request[], effects: SequencerEffect[]): void {
    if (this.#businessDate === "" || this.#last + changes.length - this.#committed >= this.#windowMax) {
      this.#busy++;
      const { caller, requestId } = request;
      // What a manager found has no address: nobody waits for its answer.
      if (request.replyTo === "") return;
      const retryAfterMs = this.#config.limits.busyRetryMs;
      effects.push({ kind: "send", to: request.replyTo, message: { kind: "busy", caller, requestId, retryAfterMs } });
      return;
    }
    if (isReadRequest(request)) {
      reads.push(request);
      return;
    }
    const key = requestKey(request);
    if (this.#inFlight.has(key)) return;
    changes.push(request);
    this.#inFlight.set(key, this.#last + changes.length);
    this.#inFlightKeys.push(key);
    assert(this.#inFlight.size <= this.#windowMax, "requests in flight stay within the window");
  }

  #number(requests: readonly Request[], effects: SequencerEffect[]): void {
    for (const batch of batches(requests, this.#config.limits.datagramBytesMax)) {
      const first = this.#last + 1;
      for (const request of batch) {
        const at = { n: ++this.#last, epoch: this.#config.epoch, time: this.#time, businessDate: this.#businessDate };
        this.#lastDigest = historyDigest(this.#config.sha256, this.#lastDigest, at, request);
      }
      const order: MessageOf<"order"> = {
        kind: "order",
        epoch: this.#config.epoch,
        first,
        time: this.#time,
        businessDate: this.#businessDate,
        requests: batch,
        historyDigest: this.#lastDigest,
        commitPoint: this.#committed,
      };
      this.#ring.add(order);
      effects.push({ kind: "send", to: "managers", message: order });
      this.#spokeAt = this.#time;
    }
  }

  #stamp(requests: readonly Request[], effects: SequencerEffect[]): void {
    for (const batch of batches(requests, this.#config.limits.datagramBytesMax)) {
      const { epoch } = this.#config;
      const read = { epoch, n: this.#last, time: this.#time, businessDate: this.#businessDate, requests: batch };
      effects.push({ kind: "send", to: "managers", message: { kind: "read", ...read } });
    }
  }

  #onStored(message: MessageOf<"stored">): void {
    if (!isSameEpoch(message.epoch, this.#config.epoch) || message.durable > this.#last) return;
    this.#committed = this.#stored.store(message.slot, message.durable);
    while (this.#inFlightKeys.length > 0) {
      const key = this.#inFlightKeys[0] as string;
      if ((this.#inFlight.get(key) as number) > this.#committed) break;
      this.#inFlight.delete(key);
      this.#inFlightKeys.shift();
    }
  }

  #onResend(message: MessageOf<"resend">, effects: SequencerEffect[]): void {
    const to = Math.min(message.to, message.from + this.#config.limits.resendEntriesMax - 1, this.#last);
    for (const order of this.#ring.between(message.from, to)) {
      effects.push({ kind: "send", to: message.replyTo, message: order });
    }
  }

  #beat(now: InstantMs, effects: SequencerEffect[]): void {
    const { heartbeatMs } = this.#config.limits;
    if (this.#businessDate !== "" && now - this.#spokeAt >= heartbeatMs) {
      this.#spokeAt = now;
      effects.push({
        kind: "send",
        to: "managers",
        message: {
          kind: "heartbeat",
          epoch: this.#config.epoch,
          last: this.#last,
          time: this.#time,
          businessDate: this.#businessDate,
          historyDigest: this.#lastDigest,
          commitPoint: this.#committed,
        },
      });
    }
    if (this.#wakeAt > now) return;
    this.#wakeAt = Math.max(now + 1, this.#spokeAt + heartbeatMs);
    effects.push({ kind: "wake", at: this.#wakeAt });
  }

  #status(to: string): SequencerEffect {
    const { id, pid, epoch } = this.#config;
    return {
      kind: "send",
      to,
      message: {
        kind: "sequencerStatus",
        id,
        pid,
        epoch,
        state: "active",
        last: this.#last,
        commitPoint: this.#committed,
        time: this.#time,
        businessDate: this.#businessDate,
        stored: this.#stored.all(),
        dropped: { ...this.#dropped, busy: this.#busy },
      },
    };
  }

  get #windowMax(): number {
    return this.#config.limits.windowEntriesMax;
  }
}

/** Cuts requests into runs whose order fits in one datagram; a request too large for one travels alone. */
function batches(requests: readonly Request[], datagramBytesMax: number): Request[][] {
  const result: Request[][] = [];
  let room = 0;
  for (const request of requests) {
    const bytes = requestBytesAtMost(request);
    if (bytes > room) {
      result.push([]);
      room = datagramBytesMax - orderHeadBytes;
    }
    (result[result.length - 1] as Request[]).push(request);
    room -= bytes;
  }
  return result;
}

function requestBytesAtMost(request: Request): number {
  const { command } = request;
  const commandBytes = command.kind === "operation" ? 3 * command.args.length : 3 * JSON.stringify(command).length;
  return requestHeadBytes + request.caller.length + request.requestId.length + request.replyTo.length + commandBytes;
}
