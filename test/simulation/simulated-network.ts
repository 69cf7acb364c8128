import { sha256 } from "../../io/sha256.ts";
import type { Chance } from "../../protocol/chance.ts";
import { type Address, slots } from "../../protocol/ids.ts";
import { bulkKinds, type Message, type Received } from "../../protocol/message.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";
import { managerAddress } from "./addresses.ts";

/** What can be wrong with a network: the probability of each, per message and receiver. */
export const mishaps = ["lost", "doubled", "late", "replayed", "corrupted", "partial"] as const;

/** What can be wrong with a network. */
export type Mishap = (typeof mishaps)[number];

/** What a network needs of the world around it. */
export interface NetworkHost {
  readonly chance: Chance;
  after(delayMs: number, run: () => void): void;
  deliver(to: Address, received: Received): void;
}

const lateMs = [10, 300] as const;
/** How much later an old datagram comes once more. */
const replayMs = [300, 3000] as const;

/**
 * A datagram network whose every mishap comes from the seed; bulk messages are only lost by a cut, as over TCP. The
 * authentication code of a corrupted datagram does not fit: it is dropped, and counted.
 */
export class SimulatedNetwork {
  readonly counts: Record<Mishap | "sent" | "cut", number>;
  /** Milliseconds that a message takes: a range wider than the time between messages reorders them. */
  delayMs: readonly [min: number, max: number] = [0, 1];
  readonly #host: NetworkHost;
  readonly #isEncoding: boolean;
  readonly #odds: Record<Mishap, number>;
  /** How often each way, `from to`, is cut: cuts overlap. */
  readonly #cuts = new Map<string, number>();

  /** With `isEncoding` every message travels as bytes, as in production; without, as the object that it is. */
  constructor(host: NetworkHost, isEncoding: boolean) {
    this.#host = host;
    this.#isEncoding = isEncoding;
    this.#odds = { lost: 0, doubled: 0, late: 0, replayed: 0, corrupted: 0, partial: 0 };
    this.counts = { ...this.#odds, sent: 0, cut: 0 };
  }

  /** Makes a mishap as probable as said. */
  setOdds(mishap: Mishap, probability: number): void {
    this.#odds[mishap] = probability;
  }

  /** Cuts the ways from each of the first to each of the second. */
  cut(from: readonly Address[], to: readonly Address[]): void {
    this.#turn(from, to, 1);
  }

  /** Takes one such cut back. */
  heal(from: readonly Address[], to: readonly Address[]): void {
    this.#turn(from, to, -1);
  }

  send(from: Address, to: Address | "managers", message: Message): void {
    const bytes = this.#isEncoding ? encodeMessage(message) : undefined;
    const take = () => (bytes === undefined ? message : (decodeMessage(bytes) as Message));
    if (to !== "managers") return this.#carry(from, to, message, take);
    const { chance } = this.#host;
    const isPartial = this.#odds.partial > 0 && chance.happens(this.#odds.partial);
    const reached = isPartial ? chance.between(0, 15) : 15;
    if (isPartial) this.counts.partial++;
    for (const slot of slots) if ((reached >> (slot - 1)) & 1) this.#carry(from, managerAddress(slot), message, take);
  }

  #turn(from: readonly Address[], to: readonly Address[], by: 1 | -1): void {
    for (const a of from) {
      for (const b of to) {
        if (a === b) continue;
        const count = (this.#cuts.get(`${a} ${b}`) ?? 0) + by;
        if (count > 0) this.#cuts.set(`${a} ${b}`, count);
        else this.#cuts.delete(`${a} ${b}`);
      }
    }
  }

  #carry(from: Address, to: Address, message: Message, take: () => Message): void {
    this.counts.sent++;
    const isBulk = bulkKinds.has(message.kind);
    if (!isBulk && (this.#happens("lost") || (this.#happens("corrupted") && this.#isDropped(message)))) return;
    this.#send(from, to, take, this.#happens("late") ? this.#host.chance.between(...lateMs) : 0);
    if (isBulk) return;
    if (this.#happens("doubled")) this.#send(from, to, take, 0);
    if (this.#happens("replayed")) this.#send(from, to, take, this.#host.chance.between(...replayMs));
  }

  #send(from: Address, to: Address, take: () => Message, extraMs: number): void {
    this.#host.after(this.#host.chance.between(...this.delayMs) + extraMs, () => {
      // Looked at on arrival: what was under way when the way was cut is lost too.
      if (this.#cuts.size > 0 && this.#cuts.has(`${from} ${to}`)) this.counts.cut++;
      else this.#host.deliver(to, { from, message: take() });
    });
  }

  #happens(mishap: Mishap): boolean {
    const odds = this.#odds[mishap];
    if (odds === 0 || !this.#host.chance.happens(odds)) return false;
    this.counts[mishap]++;
    return true;
  }

  /** One bit is turned: the code over the bytes no longer fits, whichever it was. */
  #isDropped(message: Message): boolean {
    if (!this.#isEncoding) return true;
    const bytes = encodeMessage(message);
    const code = sha256(bytes);
    const index = this.#host.chance.between(0, bytes.length - 1);
    bytes[index] = (bytes[index] as number) ^ (1 << this.#host.chance.between(0, 7));
    return sha256(bytes) !== code;
  }
}
