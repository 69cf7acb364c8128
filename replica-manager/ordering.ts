import { assert } from "../protocol/assert.ts";
import { Chance } from "../protocol/chance.ts";
import type { Entry } from "../protocol/entry.ts";
import { historyDigest } from "../protocol/history.ts";
import { type Digest, type Epoch, type InstantMs, isSameEpoch, type Sequence, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { HoldBack } from "./hold-back.ts";
import { Log } from "./log.ts";

type Order = MessageOf<"order">;

/**
 * Total order at one manager: accepts orders of its epoch without a gap, checks each against its own history digest,
 * and has gaps closed by the sequencer first, by its peers after that.
 */
export class Ordering {
  readonly #config: ManagerConfig;
  readonly #chance: Chance;
  readonly #holdBack: HoldBack;
  readonly log = new Log();
  #epoch: Epoch | null = null;
  #commitPoint: Sequence = 0;
  #askAt: InstantMs = Number.POSITIVE_INFINITY;
  #askedBehind: Sequence = -1;
  #tries = 0;
  #isEquivocated = false;
  #otherEpoch = 0;

  constructor(config: ManagerConfig) {
    this.#config = config;
    this.#chance = new Chance(config.seed);
    this.#holdBack = new HoldBack(config.limits.holdBackOrdersMax);
  }

  /** The adopted epoch; the first one heard of in this version. */
  get epoch(): Epoch | null {
    return this.#epoch;
  }

  /** What two managers have stored, by the sequencer's word. */
  get commitPoint(): Sequence {
    return this.#commitPoint;
  }

  /** The highest number that anybody spoke of. */
  get highest(): Sequence {
    return Math.max(this.#holdBack.highest, this.log.last);
  }

  /** True when two different orders came under one number: this manager must not vote any more. */
  get isEquivocated(): boolean {
    return this.#isEquivocated;
  }

  /** Orders and heartbeats of epochs that are not the adopted one. */
  get otherEpoch(): number {
    return this.#otherEpoch;
  }

  /** True when the gap behind the log could not be closed and only a snapshot helps. */
  get isStuck(): boolean {
    return this.#tries > this.#config.limits.resendTriesMax;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#askAt;
  }

  /** Takes an order in and returns the entries that the log grew by. */
  onOrder(now: InstantMs, order: Order, emit: Emit): readonly Entry[] {
    if (!this.#isOurs(order.epoch)) return [];
    this.#commitPoint = Math.max(this.#commitPoint, order.commitPoint);
    const grown: Entry[] = [];
    if (order.first > this.log.last + 1) this.#holdBack.hold(order);
    else this.#accept(order, grown, emit);
    if (grown.length > 0) this.#drain(grown, emit);
    this.#watchGap(now);
    return grown;
  }

  /** Learns from a heartbeat how far the order has come. */
  onHeartbeat(now: InstantMs, heartbeat: MessageOf<"heartbeat">, emit: Emit): void {
    if (!this.#isOurs(heartbeat.epoch)) return;
    this.#compare(heartbeat.last, heartbeat.historyDigest, emit);
    this.#commitPoint = Math.max(this.#commitPoint, heartbeat.commitPoint);
    this.#holdBack.reveal(heartbeat.last);
    this.#watchGap(now);
  }

  /** Tells whether a stamped read belongs to the adopted epoch, and learns from its number. */
  acceptsRead(now: InstantMs, epoch: Epoch, n: Sequence): boolean {
    if (!this.#isOurs(epoch)) return false;
    this.#holdBack.reveal(n);
    this.#watchGap(now);
    return true;
  }

  /** Gives a peer the entries that it misses, as far as they are kept. */
  onResend(message: MessageOf<"resend">, emit: Emit): void {
    if (this.#epoch === null || !isSameEpoch(message.epoch, this.#epoch)) return;
    const to = Math.min(message.to, message.from + this.#config.limits.resendEntriesMax - 1, this.log.last);
    for (let n = message.from; n <= to; n++) {
      const entry = this.log.at(n);
      if (entry !== undefined) emit({ kind: "send", to: message.replyTo, message: this.#orderOf(entry, this.#epoch) });
    }
  }

  /** Asks for what is missing when it is time to. */
  poll(now: InstantMs, emit: Emit): void {
    if (now < this.#askAt || this.#epoch === null) return;
    const { last } = this.log;
    const to = this.#holdBack.gapAfter(last);
    if (to === undefined) {
      this.#askAt = Number.POSITIVE_INFINITY;
      this.#tries = 0;
      return;
    }
    this.#tries = this.#askedBehind === last ? this.#tries + 1 : 0;
    this.#askedBehind = last;
    this.#askAt = now + this.#config.limits.resendRetryMs;
    const message = { kind: "resend", epoch: this.#epoch, from: last + 1, to, replyTo: this.#config.address } as const;
    for (const address of this.#sources()) emit({ kind: "send", to: address, message });
  }

  /** Starts anew behind a snapshot of the adopted epoch. */
  restart(now: InstantMs, n: Sequence, digest: Digest, emit: Emit): readonly Entry[] {
    this.log.restart(n, digest);
    this.#tries = 0;
    const grown: Entry[] = [];
    this.#drain(grown, emit);
    this.#watchGap(now);
    return grown;
  }

  /** Adopts the epoch of a snapshot, where none was heard of yet. */
  adopt(epoch: Epoch): void {
    this.#epoch ??= epoch;
  }

  #isOurs(epoch: Epoch): boolean {
    this.#epoch ??= epoch;
    if (isSameEpoch(epoch, this.#epoch)) return true;
    this.#otherEpoch++;
    return false;
  }

  #drain(grown: Entry[], emit: Emit): void {
    while (!this.#isFull) {
      const order = this.#holdBack.takeAfter(this.log.last);
      if (order === undefined || this.#isEquivocated) return;
      this.#accept(order, grown, emit);
    }
  }

  #accept(order: Order, grown: Entry[], emit: Emit): void {
    const end = order.first + order.requests.length - 1;
    if (this.#isEquivocated) return;
    if (end <= this.log.last) return this.#compare(end, order.historyDigest, emit);
    if (this.#isFull) return;
    const entries = this.#entriesOf(order);
    if (entries.at(-1)?.historyDigest !== order.historyDigest) {
      this.#stopVoting(end, emit);
      return;
    }
    for (const entry of entries) {
      this.log.append(entry);
      grown.push(entry);
    }
    emit({ kind: "append", entries });
  }

  /** Compares the history that somebody speaks of with the own one, where that reaches as far. */
  #compare(n: Sequence, digest: Digest, emit: Emit): void {
    const known = this.log.digestAt(n);
    if (known !== undefined && known !== digest && !this.#isEquivocated) this.#stopVoting(n, emit);
  }

  #stopVoting(n: Sequence, emit: Emit): void {
    this.#isEquivocated = true;
    emit({ kind: "note", level: "error", text: `two different orders under number ${n}: this manager stops voting` });
  }

  /** The entries of an order behind the log, each with the digest that this manager computes. */
  #entriesOf(order: Order): Entry[] {
    const { epoch, time, businessDate } = order;
    let { lastDigest } = this.log;
    const entries: Entry[] = [];
    for (let n = this.log.last + 1; n < order.first + order.requests.length; n++) {
      const request = order.requests[n - order.first];
      assert(request !== undefined, "an order holds what its numbers say");
      lastDigest = historyDigest(this.#config.sha256, lastDigest, { n, epoch, time, businessDate }, request);
      entries.push({ n, time, businessDate, request, historyDigest: lastDigest });
    }
    return entries;
  }

  #watchGap(now: InstantMs): void {
    if (this.#isEquivocated || this.#isFull || this.highest <= this.log.last) {
      this.#askAt = Number.POSITIVE_INFINITY;
      this.#tries = 0;
    } else if (this.#askAt === Number.POSITIVE_INFINITY) {
      this.#askAt = now + this.#chance.between(...this.#config.limits.resendJitterMs);
    }
  }

  /** True when no replica comes along: orders are lost, and asked for again when the log was cut; the window fills. */
  get #isFull(): boolean {
    return this.log.last - this.log.base >= 2 * this.#config.limits.logEntriesMax;
  }

  /** The sequencer first; from the third try on one peer as well, each in turn. */
  #sources(): readonly string[] {
    if (this.#tries < 2) return this.#config.sequencers;
    const peers = slots.filter((slot) => slot !== this.#config.slot);
    const peer = peers[this.#tries % peers.length];
    return peer === undefined ? [] : [...this.#config.sequencers, this.#config.managers[peer]];
  }

  #orderOf(entry: Entry, epoch: Epoch): Order {
    const { n, time, businessDate, request, historyDigest } = entry;
    const commitPoint = this.#commitPoint;
    return { kind: "order", epoch, first: n, time, businessDate, requests: [request], historyDigest, commitPoint };
  }
}
