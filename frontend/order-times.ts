import type { InstantMs, Sequence } from "../protocol/ids.ts";

/** A number that the order ended at, and when it was first and last known to, by the clock of the sequencer. */
interface Stand {
  readonly n: Sequence;
  readonly from: InstantMs;
  readonly until: InstantMs;
}

/** Enough to keep the error under a fifth over a day. */
const standsMax = 128;

/** When the order reached which number, as far as a front end saw: near numbers exactly, far ones roughly. */
export class OrderTimes {
  readonly #stands: Stand[] = [];

  /** Takes in that the order ended at `last` at `time`; after a takeover that may be lower than before. */
  note(last: Sequence, time: InstantMs): void {
    const newest = this.#stands.at(-1);
    const at = Math.max(time, newest?.until ?? 0);
    if (newest?.n === last) this.#stands[this.#stands.length - 1] = { ...newest, until: at };
    else this.#stands.push({ n: last, from: at, until: at });
    if (this.#stands.length > standsMax) this.#stands.splice(this.#leastTelling(), 1);
  }

  /**
   * Milliseconds from the moment when the order went past `executed` to its newest number: 0 for who has all, nothing
   * where that moment is older than what was seen.
   */
  lagMs(executed: Sequence): number | undefined {
    const newest = this.#stands.at(-1);
    if (newest === undefined) return undefined;
    if (executed >= newest.n) return 0;
    // The last one: numbers that a takeover left out were passed before, and were not part of the order then.
    const at = this.#stands.findLastIndex(({ n }) => n <= executed);
    const [before, after] = [this.#stands[at], this.#stands[at + 1]];
    if (before === undefined || after === undefined) return undefined;
    const share = (executed - before.n) / (after.n - before.n);
    return Math.round(newest.from - before.until - share * (after.from - before.until));
  }

  /** The stand whose neighbours are the closest together for their age: what lies between them is told well without it. */
  #leastTelling(): number {
    const now = this.#stands.at(-1)?.until ?? 0;
    const gaps = this.#stands.slice(1, -1).map(({ until }, at) => {
      const [before, after] = [this.#stands[at] as Stand, this.#stands[at + 2] as Stand];
      return (after.from - before.until) / (now - until + 1);
    });
    return 1 + gaps.indexOf(Math.min(...gaps));
  }
}
