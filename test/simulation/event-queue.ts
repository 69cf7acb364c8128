import type { InstantMs } from "../../protocol/ids.ts";

interface Event {
  readonly at: InstantMs;
  readonly order: number;
  readonly run: () => void;
}

/** What is still to happen, by time; events of one time happen in the order in which they were added (a binary heap). */
export class EventQueue {
  readonly #heap: Event[] = [];
  #nextOrder = 0;

  /** When the next event is due; infinity when there is none. */
  get nextAt(): InstantMs {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Has `run` called at that time. */
  add(at: InstantMs, run: () => void): void {
    const event = { at, order: this.#nextOrder++, run };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, this.#heap[parent]!)) break;
      this.#heap[index] = this.#heap[parent]!;
      index = parent;
    }
    this.#heap[index] = event;
  }

  /** Takes the next event out. */
  take(): Event | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: Event): void {
    const { length } = this.#heap;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= length) break;
      if (child + 1 < length && isBefore(this.#heap[child + 1]!, this.#heap[child]!)) child++;
      if (!isBefore(this.#heap[child]!, event)) break;
      this.#heap[index] = this.#heap[child]!;
      index = child;
    }
    this.#heap[index] = event;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
