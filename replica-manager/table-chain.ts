import { assert } from "../protocol/assert.ts";
import { genesisDigest } from "../protocol/history.ts";
import type { Digest, InstantMs, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Sha256 } from "../protocol/role.ts";
import { type TableInterval, tableDigest } from "../protocol/table-interval.ts";
import { closeRows, type TableRow, TableRows } from "./table-rows.ts";

/** Where in the order a table stands, and the digest that it has there. */
export interface TablePoint {
  readonly digest: Digest;
  readonly n: Sequence;
  /** Log time at that point. */
  readonly time: InstantMs;
}

/** The rows of an interval, or `undefined` when its digest is not theirs or they are not what it says. */
export function readProven(interval: TableInterval, sha256: Sha256): TableRows | undefined {
  const isProven = interval.digest === tableDigest(sha256, interval.before, interval.bytes);
  return isProven ? TableRows.read(interval) : undefined;
}

/**
 * True when intervals, each of them proven, link up to the table at that point and nothing is missing that is alive
 * there: they begin at the beginning, or with one that is out of the horizon.
 */
export function isWholeTable(intervals: readonly TableInterval[], at: TablePoint, limits: Limits): boolean {
  const [first] = intervals;
  let [digest, n]: [Digest, Sequence] = [first?.before ?? genesisDigest, 0];
  for (const interval of intervals) {
    if (interval.before !== digest) return false;
    ({ digest, n } = interval);
  }
  const isWhole = first === undefined || first.before === genesisDigest || isOutOfHorizon(first.time, at.time, limits);
  return isWhole && digest === at.digest && n <= at.n;
}

/** True when what was numbered or issued at `time` is out of the horizon at `now`. */
export function isOutOfHorizon(time: InstantMs, now: InstantMs, limits: Limits): boolean {
  return now - time > limits.clientHorizonMs;
}

/**
 * The closed intervals of a client table, oldest first, each linked to the one before by its digest. Their times never
 * go back, so what is out of the horizon at some time are the first ones. The last of those stays: it shows that
 * nothing before it is alive, and gives a table where all is forgotten something to prove its digest by.
 */
export class TableChain {
  readonly #limits: Limits;
  readonly #sha256: Sha256;
  #closed: TableRows[] = [];
  /** How many of them are out of the horizon at `#time`. */
  #forgotten = 0;
  #time: InstantMs = 0;
  /** The digest before the first of them. */
  #base: Digest = genesisDigest;

  constructor(limits: Limits, sha256: Sha256) {
    this.#limits = limits;
    this.#sha256 = sha256;
  }

  /** A chain of these intervals as the table at that point, or `undefined` when they do not prove to be it. */
  static of(
    intervals: readonly TableInterval[],
    at: TablePoint,
    limits: Limits,
    sha256: Sha256,
    read: (interval: TableInterval) => TableRows | undefined,
  ): TableChain | undefined {
    const chain = new TableChain(limits, sha256);
    for (const interval of intervals) {
      const rows = read(interval);
      if (rows === undefined) return undefined;
      chain.#closed.push(rows);
    }
    if (!isWholeTable(intervals, at, limits)) return undefined;
    chain.#base = intervals[0]?.before ?? genesisDigest;
    chain.#moveTo(at.time);
    return chain;
  }

  /** Everything that is alive. */
  get alive(): readonly TableRows[] {
    return this.#closed.slice(this.#forgotten);
  }

  /** The time of the last interval: those that follow are no earlier. */
  get latest(): InstantMs {
    return this.#closed.at(-1)?.interval.time ?? 0;
  }

  /** Bytes of all rows that are kept. */
  get bytes(): number {
    return this.#closed.reduce((sum, { interval }) => sum + interval.bytes.length, 0);
  }

  /** Adds rows behind all others. */
  close(rows: readonly TableRow[], time: InstantMs): void {
    const before = this.#closed.at(-1)?.interval.digest ?? this.#base;
    this.#closed.push(...closeRows(rows, time, before, { limits: this.#limits, sha256: this.#sha256 }));
    if (isOutOfHorizon(time, this.#time, this.#limits)) this.#forgotten = this.#closed.length;
  }

  /** The interval with the row of that number, which is there. */
  rowsWith(n: Sequence): TableRows {
    const rows = this.#closed[this.#countUpTo(n - 1)];
    assert(rows !== undefined, "a row of a client table is in one of its intervals");
    return rows;
  }

  /** The digest of all rows up to `n`, behind which an interval ends; `undefined` before what is kept. */
  digestAt(n: Sequence): Digest | undefined {
    const count = this.#countUpTo(n);
    if (count > 0) return this.#closed[count - 1]?.interval.digest;
    return n === 0 || this.#base === genesisDigest ? genesisDigest : undefined;
  }

  /** What is alive at that number and time, and the interval before it. */
  intervalsAt(n: Sequence, time: InstantMs): readonly TableInterval[] {
    assert(this.#isWholeAt(time), "a snapshot of a client table is asked for while it is kept");
    const intervals = this.intervalsUpTo(n);
    const dead = intervals.filter((interval) => isOutOfHorizon(interval.time, time, this.#limits)).length;
    return intervals.slice(Math.max(0, dead - 1));
  }

  /** Everything that is kept up to that number. */
  intervalsUpTo(n: Sequence): readonly TableInterval[] {
    return this.#closed.slice(0, this.#countUpTo(n)).map((rows) => rows.interval);
  }

  /** Moves the time on and returns what came to be out of the horizon. */
  forget(time: InstantMs): readonly TableRows[] {
    const from = this.#forgotten;
    this.#moveTo(Math.max(time, this.#time));
    return this.#closed.slice(from, this.#forgotten);
  }

  /** Moves the time back and returns what is alive again. */
  recall(time: InstantMs): readonly TableRows[] {
    assert(this.#isWholeAt(time), "a client table goes back to what is kept");
    const to = this.#forgotten;
    this.#moveTo(time);
    return this.#closed.slice(this.#forgotten, to);
  }

  /** Takes off what is behind `n`, behind which an interval ends, and returns it. */
  cut(n: Sequence): readonly TableRows[] {
    const cut = this.#closed.splice(this.#countUpTo(n));
    if (n === 0) this.#base = genesisDigest;
    return cut;
  }

  /** Lets go of what no snapshot from that time on needs. */
  release(time: InstantMs): void {
    let count = 0;
    while (count + 1 < this.#forgotten && this.#isForgottenAt(count + 1, time)) count++;
    const last = this.#closed[count - 1];
    if (last === undefined) return;
    this.#base = last.interval.digest;
    this.#closed = this.#closed.slice(count);
    this.#forgotten -= count;
  }

  #moveTo(time: InstantMs): void {
    this.#time = time;
    while (this.#forgotten > 0 && !this.#isForgottenAt(this.#forgotten - 1, time)) this.#forgotten--;
    while (this.#forgotten < this.#closed.length && this.#isForgottenAt(this.#forgotten, time)) this.#forgotten++;
  }

  #isForgottenAt(index: number, time: InstantMs): boolean {
    const rows = this.#closed[index];
    return rows !== undefined && isOutOfHorizon(rows.interval.time, time, this.#limits);
  }

  /** True when nothing that was alive at that time has been let go of. */
  #isWholeAt(time: InstantMs): boolean {
    return this.#base === genesisDigest || this.#isForgottenAt(0, time);
  }

  /** How many intervals end at or before `n`. */
  #countUpTo(n: Sequence): number {
    let [low, high] = [0, this.#closed.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#closed[middle] as TableRows).interval.n <= n) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
