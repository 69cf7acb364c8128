import type { Sequence } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";

type Order = MessageOf<"order">;

/** Orders that came too early, until those before them are there. */
export class HoldBack {
  readonly #ordersMax: number;
  readonly #orders = new Map<Sequence, Order>();
  #highest: Sequence = 0;
  /** No order that is held starts before this number. */
  #lowestFirst: Sequence = Number.POSITIVE_INFINITY;

  constructor(ordersMax: number) {
    this.#ordersMax = ordersMax;
  }

  /** The highest number that anybody spoke of. */
  get highest(): Sequence {
    return this.#highest;
  }

  /** Takes note that numbers up to `n` were given out. */
  reveal(n: Sequence): void {
    this.#highest = Math.max(this.#highest, n);
  }

  /** Forgets all of it: another epoch gives out other numbers. */
  clear(): void {
    this.#orders.clear();
    this.#highest = 0;
    this.#lowestFirst = Number.POSITIVE_INFINITY;
  }

  /** Keeps an order; where there is no room it is lost and asked for again later. */
  hold(order: Order): void {
    this.reveal(order.first + order.requests.length - 1);
    const held = this.#orders.get(order.first);
    const isLonger = held === undefined || held.requests.length < order.requests.length;
    if (!isLonger || (held === undefined && this.#orders.size >= this.#ordersMax)) return;
    this.#orders.set(order.first, order);
    this.#lowestFirst = Math.min(this.#lowestFirst, order.first);
  }

  /** Takes out an order that starts right behind `last`, and drops those that `last` has passed. */
  takeAfter(last: Sequence): Order | undefined {
    const next = this.#orders.get(last + 1);
    if (next !== undefined) {
      this.#orders.delete(last + 1);
      return next;
    }
    return this.#lowestFirst <= last ? this.#takeOverlapping(last) : undefined;
  }

  /** The last number of the gap behind `last`, or `undefined` when nothing is known to be missing. */
  gapAfter(last: Sequence): Sequence | undefined {
    if (this.#highest <= last) return undefined;
    let end = this.#highest;
    for (const first of this.#orders.keys()) {
      if (first > last && first - 1 < end) end = first - 1;
    }
    return end > last ? end : undefined;
  }

  #takeOverlapping(last: Sequence): Order | undefined {
    this.#lowestFirst = Number.POSITIVE_INFINITY;
    let found: Order | undefined;
    for (const [first, order] of this.#orders) {
      if (first > last) {
        this.#lowestFirst = Math.min(this.#lowestFirst, first);
        continue;
      }
      this.#orders.delete(first);
      if (first + order.requests.length - 1 > last) found = order;
    }
    return found;
  }
}
