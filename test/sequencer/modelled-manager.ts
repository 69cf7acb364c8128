import { sha256 } from "../../io/sha256.ts";
import { type Adoption, isLaterEpoch } from "../../protocol/epoch.ts";
import { genesisDigest, historyDigest } from "../../protocol/history.ts";
import { type Digest, type Epoch, type InstantMs, isSameEpoch, type Slot } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message, MessageOf } from "../../protocol/message.ts";
import { Broken } from "./broken.ts";
import { managerAddresses } from "./candidate.ts";

interface Kept {
  readonly key: string;
  readonly digest: Digest;
  readonly time: InstantMs;
  readonly businessDate: string;
}

/** What a modelled manager needs of the world. */
export interface ManagerWorld {
  send(from: Slot, to: string, message: Message): void;
  /** The log of the manager at an address, if that can be reached. */
  logAt(address: string): readonly Kept[] | undefined;
  /** It answers a front end: this entry is executed and stored, in an active epoch. */
  reply(slot: Slot, epoch: Epoch, n: number, entry: Kept): void;
}

/** The rules of a replica manager that an election rests on, with a disk that stores at once and no replica. */
export class ModelledManager {
  readonly slot: Slot;
  incarnation: string;
  log: readonly Kept[] = [];
  promised: Epoch | null = null;
  adoption: Adoption | null = null;
  readonly #world: ManagerWorld;
  #isActive = false;
  #heardAt: InstantMs = Number.NEGATIVE_INFINITY;

  constructor(slot: Slot, incarnation: string, world: ManagerWorld) {
    this.slot = slot;
    this.incarnation = incarnation;
    this.#world = world;
  }

  get lastDigest(): Digest {
    return this.log.at(-1)?.digest ?? genesisDigest;
  }

  take(now: InstantMs, from: string, message: Message): void {
    if (message.kind === "prepare") this.#onPrepare(now, message);
    else if (message.kind === "start") this.#onStart(message);
    else if (message.kind === "order" && this.#hears(now, from, message.epoch)) this.#onOrder(from, message);
    else if (message.kind === "heartbeat" && this.#hears(now, from, message.epoch)) this.#onHeartbeat(from, message);
  }

  #onPrepare(now: InstantMs, { epoch, isTrial, follows, replyTo }: MessageOf<"prepare">): void {
    const isRepeated = this.promised !== null && isSameEpoch(epoch, this.promised);
    const isGranted = isRepeated || (isLaterEpoch(epoch, this.promised) && !this.#hearsAnother(now, follows));
    if (isGranted && !isTrial) this.promised = epoch;
    const { time, businessDate } = this.log.at(-1) ?? { time: 0, businessDate: "" };
    this.#send(replyTo, {
      kind: "promise",
      slot: this.slot,
      incarnation: this.incarnation,
      epoch,
      isTrial,
      isGranted,
      promised: this.promised,
      adoption: this.adoption,
      last: this.log.length,
      historyDigest: this.lastDigest,
      time,
      businessDate,
    });
  }

  #onStart(start: MessageOf<"start">): void {
    const { kind: _, source, replyTo, ...adoption } = start;
    const isOurs = adoption.members[this.slot - 1] === this.incarnation;
    if (!isOurs || !this.#admits(adoption.epoch)) return;
    if (this.adoption === null || !isSameEpoch(this.adoption.epoch, adoption.epoch)) {
      const log = [this.log, this.#world.logAt(source) ?? []].find((one) => hasLog(one, adoption));
      if (log === undefined) return;
      this.log = log.slice(0, adoption.base);
      this.adoption = adoption;
      this.promised = adoption.epoch;
      this.#isActive = false;
    }
    this.#send(replyTo, { kind: "adopted", slot: this.slot, incarnation: this.incarnation, epoch: adoption.epoch });
  }

  /** True when somebody that leads the adopted epoch speaks; others are joined, or told that they are late. */
  #hears(now: InstantMs, from: string, epoch: Epoch): boolean {
    const { slot, incarnation, promised } = this;
    if (this.adoption !== null && isSameEpoch(epoch, this.adoption.epoch) && promised !== null) {
      if (isSameEpoch(epoch, promised)) {
        this.#heardAt = now;
        this.#isActive = true;
        return true;
      }
    }
    const replyTo = managerAddresses[slot];
    if (this.#admits(epoch)) this.#send(from, { kind: "join", slot, incarnation, heard: epoch, replyTo });
    else if (promised !== null) this.#send(from, { kind: "superseded", epoch: promised });
    return false;
  }

  #onOrder(from: string, order: MessageOf<"order">): void {
    if (order.first !== this.log.length + 1) return this.#askFor(from, order.epoch, order.first - 1);
    const grown = [...this.log];
    for (const [index, request] of order.requests.entries()) {
      const at = { ...order, n: order.first + index };
      const digest = historyDigest(sha256, grown.at(-1)?.digest ?? genesisDigest, at, request);
      grown.push({ key: request.requestId, digest, time: order.time, businessDate: order.businessDate });
    }
    if (grown.at(-1)?.digest !== order.historyDigest) throw new Broken(`another history behind ${this.log.length}`);
    this.log = grown;
    this.#sayStored(from, order.epoch);
    this.replyAll();
  }

  #onHeartbeat(from: string, { epoch, last, commitPoint }: MessageOf<"heartbeat">): void {
    this.#askFor(from, epoch, last);
    if (commitPoint < this.log.length) this.#sayStored(from, epoch);
    this.replyAll();
  }

  /** Replies to everything that it has, as to clients that ask again. */
  replyAll(): void {
    const epoch = this.adoption?.epoch;
    if (!this.#isActive || epoch === undefined || this.promised === null || !isSameEpoch(epoch, this.promised)) return;
    for (const [index, entry] of this.log.entries()) this.#world.reply(this.slot, epoch, index + 1, entry);
  }

  #askFor(from: string, epoch: Epoch, to: number): void {
    const replyTo = managerAddresses[this.slot];
    if (to > this.log.length) this.#send(from, { kind: "resend", epoch, from: this.log.length + 1, to, replyTo });
  }

  #sayStored(from: string, epoch: Epoch): void {
    const { slot, incarnation } = this;
    this.#send(from, { kind: "stored", slot, incarnation, epoch, durable: this.log.length });
  }

  #admits(epoch: Epoch): boolean {
    return isLaterEpoch(epoch, this.promised) || (this.promised !== null && isSameEpoch(epoch, this.promised));
  }

  #hearsAnother(now: InstantMs, follows: Epoch | null): boolean {
    if (this.adoption === null || now - this.#heardAt >= defaultLimits.sequencerSilenceMs) return false;
    return follows === null || !isSameEpoch(follows, this.adoption.epoch);
  }

  #send(to: string, message: Message): void {
    this.#world.send(this.slot, to, message);
  }
}

/** True when a log holds the base of an epoch with its history. */
function hasLog(log: readonly Kept[], { base, baseDigest }: Adoption): boolean {
  return base === 0 ? baseDigest === genesisDigest : log[base - 1]?.digest === baseDigest;
}
