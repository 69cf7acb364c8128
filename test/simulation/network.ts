import type { Chance } from "../../protocol/chance.ts";
import { type Address, slots } from "../../protocol/ids.ts";
import { bulkKinds, type Message, type Received } from "../../protocol/message.ts";
import { decodeMessage, encodeMessage } from "../../protocol/wire.ts";

/** How bad the network is. Probabilities are per message and receiver, delays in milliseconds. */
export interface Weather {
  readonly loss: number;
  readonly doubling: number;
  /** Ordinary delay: a range wider than the time between messages reorders them. */
  readonly delayMs: readonly [min: number, max: number];
  /** Share of messages that come very late. */
  readonly late: number;
  readonly lateMs: readonly [min: number, max: number];
}

/** A network that loses, doubles, delays and reorders nothing. */
export const fairWeather: Weather = { loss: 0, doubling: 0, delayMs: [0, 1], late: 0, lateMs: [0, 0] };

/** What happened to messages. */
export interface NetworkCounts {
  sent: number;
  lost: number;
  doubled: number;
  late: number;
  cut: number;
}

/** What a network needs of the world around it. */
export interface NetworkHost {
  readonly chance: Chance;
  after(delayMs: number, run: () => void): void;
  deliver(to: Address, received: Received): void;
}

/** A datagram network whose every mishap comes from the seed; bulk messages are never lost, as over TCP. */
export class Network {
  readonly counts: NetworkCounts = { sent: 0, lost: 0, doubled: 0, late: 0, cut: 0 };
  readonly #host: NetworkHost;
  readonly #isEncoding: boolean;
  readonly #cut = new Set<Address>();
  weather: Weather = fairWeather;

  /** With `isEncoding` every message travels as bytes, as in production; without, as the object that it is. */
  constructor(host: NetworkHost, isEncoding: boolean) {
    this.#host = host;
    this.#isEncoding = isEncoding;
  }

  /** Cuts one process off from all others. */
  cut(address: Address): void {
    this.#cut.add(address);
  }

  /** Connects a process again. */
  heal(address: Address): void {
    this.#cut.delete(address);
  }

  /** True while a process is cut off. */
  isCut(address: Address): boolean {
    return this.#cut.has(address);
  }

  send(from: Address, to: Address | "managers", message: Message): void {
    const copy = this.#isEncoding ? encodeMessage(message) : undefined;
    const receivers = to === "managers" ? slots.map((slot) => `manager-${slot}:1`) : [to];
    for (const receiver of receivers) {
      const take = () => (copy === undefined ? message : (decodeMessage(copy) as Message));
      this.#carry(from, receiver, take, bulkKinds.has(message.kind));
    }
  }

  #carry(from: Address, to: Address, take: () => Message, isBulk: boolean): void {
    const { chance } = this.#host;
    const { loss, doubling, delayMs, late, lateMs } = this.weather;
    this.counts.sent++;
    if (!isBulk && chance.happens(loss)) {
      this.counts.lost++;
      return;
    }
    const isDoubled = !isBulk && chance.happens(doubling);
    if (isDoubled) this.counts.doubled++;
    for (let copies = isDoubled ? 2 : 1; copies > 0; copies--) {
      const isLate = chance.happens(late);
      if (isLate) this.counts.late++;
      const delay = chance.between(...delayMs) + (isLate ? chance.between(...lateMs) : 0);
      this.#host.after(delay, () => this.#arrive(from, to, take));
    }
  }

  /** Looked at on arrival: what was under way when a process was cut off is lost too. */
  #arrive(from: Address, to: Address, take: () => Message): void {
    if (this.#cut.has(from) || this.#cut.has(to)) this.counts.cut++;
    else this.#host.deliver(to, { from, message: take() });
  }
}
