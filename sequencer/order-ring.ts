import { assert } from "../protocol/assert.ts";
import type { MessageOf } from "../protocol/message.ts";

type Order = MessageOf<"order">;

/** The last orders, by number, for managers that miss some. */
export class OrderRing {
  readonly #entriesMax: number;
  readonly #orders: Order[] = [];
  #entries = 0;

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax;
  }

  /** Adds the order that follows the last one, and forgets the oldest that no longer fit. */
  add(order: Order): void {
    const last = this.#orders.at(-1);
    assert(last === undefined || order.first === last.first + last.requests.length, "orders follow one another");
    this.#orders.push(order);
    this.#entries += order.requests.length;
    let count = 0;
    while (this.#entries > this.#entriesMax && count < this.#orders.length - 1) {
      this.#entries -= (this.#orders[count] as Order).requests.length;
      count++;
    }
    if (count > 0) this.#orders.splice(0, count);
  }

  /** The orders that hold any of the numbers from `from` to `to`, as far as they are kept. */
  between(from: number, to: number): readonly Order[] {
    const start = this.#indexOf(from);
    let end = start;
    while (end < this.#orders.length && (this.#orders[end] as Order).first <= to) end++;
    return this.#orders.slice(start, end);
  }

  /** Index of the first order that ends at or after `n`. */
  #indexOf(n: number): number {
    let low = 0;
    let high = this.#orders.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#orders[middle] as Order;
      if (order.first + order.requests.length <= n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
