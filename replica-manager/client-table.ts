import { assert } from "../protocol/assert.ts";
import type { Entry } from "../protocol/entry.ts";
import type { Digest, InstantMs, Sequence } from "../protocol/ids.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Mutant } from "../protocol/mutant.ts";
import { type Request, requestContent, requestKey } from "../protocol/request.ts";
import { refusedResults } from "../protocol/result.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { TableInterval } from "../protocol/table-interval.ts";
import { isOutOfHorizon, readProven, TableChain } from "./table-chain.ts";
import { TableIndex } from "./table-index.ts";
import { type TableRow, TableRows } from "./table-rows.ts";

/** What is remembered of a request id; the result is missing while the replica works on it. */
export interface Registered extends Omit<TableRow, "result"> {
  result: string | undefined;
}

/** What is to be done with a numbered change. */
export type Admission =
  | { readonly kind: "execute"; readonly registered: Registered }
  | { readonly kind: "quote"; readonly registered: Registered }
  | { readonly kind: "reused" }
  | { readonly kind: "tooOld" }
  | { readonly kind: "full" };

/** Changes that are closed into intervals together. */
interface Span {
  readonly rows: Registered[];
  /** The latest of the times at which a change up to here was numbered or issued. */
  time: InstantMs;
}

/**
 * Makes each change happen once: the first number of a request id and its result, part of the replicated state.
 *
 * What it admits and forgets, and where its intervals end, depends only on the order of `admit` and `mark`, which are
 * called as entries come up; results follow later, by `record`, and change none of it. It forgets only by log time, at
 * marks: whole spans whose changes were all numbered and issued more than a horizon ago. A late duplicate was issued no
 * later than that and is refused as too old.
 */
export class ClientTable {
  readonly #limits: Limits;
  readonly #sha256: Sha256;
  readonly #mutant: Mutant | undefined;
  #chain: TableChain;
  /** Closed changes that are known. */
  #closed = this.#emptyIndex();
  /** Changes that are known and not closed yet, by `requestKey`. */
  #unclosed = new Map<string, Registered>();
  /** Spans that have ended and lack results, oldest first, and the one that has not ended. */
  #pending: Span[] = [];
  #open: Span = { rows: [], time: 0 };
  /** How many changes of the first of these spans have their results. */
  #recorded = 0;

  constructor(limits: Limits, sha256: Sha256, mutant?: Mutant) {
    this.#limits = limits;
    this.#sha256 = sha256;
    this.#mutant = mutant;
    this.#chain = new TableChain(limits, sha256);
  }

  /** Changes that are known. */
  get rows(): number {
    return this.#closed.size + this.#unclosed.size;
  }

  /** Bytes of the closed intervals that are kept, forgotten ones that a snapshot needs included. */
  get bytes(): number {
    return this.#chain.bytes;
  }

  /** Admits the entry of a change as it comes up in the order. */
  admit(entry: Entry): Admission {
    const { request } = entry;
    const known = this.#known(request);
    const contentDigest = this.#sha256(requestContent(request));
    if (known !== undefined) {
      return known.contentDigest === contentDigest ? { kind: "quote", registered: known } : { kind: "reused" };
    }
    // What a front end says was issued in a far future is refused as well: it would be remembered until then.
    if (Math.abs(entry.time - request.issuedAt) > this.#limits.clientHorizonMs) return { kind: "tooOld" };
    if (this.rows >= this.#limits.clientTableEntriesMax && !this.#forgetOldest()) return { kind: "full" };
    const registered = register(entry, contentDigest);
    this.#unclosed.set(requestKey(request), registered);
    this.#open.rows.push(registered);
    this.#open.time = Math.max(this.#open.time, registered.time);
    if (this.#open.rows.length >= this.#limits.tableSpanRows) this.#endSpan();
    return { kind: "execute", registered };
  }

  /** A checkpoint comes up in the order, behind what was admitted up to `n`; `time` is the log time there. */
  mark(n: Sequence, time: InstantMs): void {
    assert((this.#open.rows.at(-1)?.n ?? 0) <= n, "a mark comes up in the order");
    this.#endSpan();
    for (const rows of this.#chain.forget(time)) this.#forgetRows(rows);
    for (const span of this.#pending) {
      if (isOutOfHorizon(span.time, time, this.#limits)) this.#forgetOpen(span);
    }
  }

  /** Records the result of an executed change, in the order of execution; one beyond the limit as too large. */
  record(registered: Registered, result: string): void {
    const span = this.#pending[0] ?? this.#open;
    assert(span.rows[this.#recorded] === registered, "each change is recorded once, in the order of admission");
    registered.result = result.length <= this.#limits.resultCharsMax ? result : refusedResults.tooLarge;
    this.#recorded++;
    this.#closeRecorded();
  }

  /** What is known of a request id at number `n`. */
  find(request: Pick<Request, "caller" | "requestId">, n: Sequence): Registered | undefined {
    const known = this.#known(request);
    return known !== undefined && known.n <= n ? known : undefined;
  }

  /** The digest of the table at the mark `n`, once everything up to there was recorded. */
  checkpoint(n: Sequence): Digest {
    const digest = this.digestAt(n);
    assert(digest !== undefined, "what a checkpoint covers was executed");
    return digest;
  }

  /** The digest of the table at the mark `n`; `undefined` before all of it is recorded. */
  digestAt(n: Sequence): Digest | undefined {
    const first = (this.#pending[0] ?? this.#open).rows[0];
    return first !== undefined && first.n <= n ? undefined : this.#chain.digestAt(n);
  }

  /**
   * The table at the mark `n`, at whose log time `time` something may be forgotten: oldest first, linked by their
   * digests up to `digestAt(n)`. Before those that are alive stands one that is not, where there is one.
   */
  intervalsAt(n: Sequence, time: InstantMs): readonly TableInterval[] {
    assert(this.digestAt(n) !== undefined, "what a snapshot covers was executed");
    return this.#chain.intervalsAt(n, time);
  }

  /**
   * All intervals up to the mark `n` that are kept, oldest first, for the disk: without a gap, also where one that an
   * older snapshot needs is followed by ones that no snapshot needs by itself.
   */
  intervalsUpTo(n: Sequence): readonly TableInterval[] {
    assert(this.digestAt(n) !== undefined, "what a snapshot covers was executed");
    return this.#chain.intervalsUpTo(n);
  }

  /** Lets go of what only snapshots need that are older than log time `time`. */
  release(time: InstantMs): void {
    this.#chain.release(time);
  }

  /** Goes back to where it was right behind the mark `n` at log time `time`; 0 and 0 make it empty. */
  rollback(n: Sequence, time: InstantMs): void {
    assert(this.digestAt(n) !== undefined, "a client table goes back to what was executed");
    const undone: Registered[] = [];
    for (const rows of this.#chain.cut(n)) {
      this.#forgetRows(rows);
      if (this.#mutant === "keepTable") undone.push(...rows.decoded());
    }
    for (const span of [...this.#pending, this.#open]) {
      this.#forgetOpen(span);
      if (this.#mutant === "keepTable") undone.push(...span.rows.filter((row) => row.result !== undefined));
    }
    for (const rows of this.#chain.recall(time)) this.#rememberRows(rows);
    this.#beginSpans();
    for (const row of undone) this.#unclosed.set(requestKey(row), row);
  }

  /**
   * Takes the place of everything by the table of a snapshot at the mark `n`, with that digest and log time. False, and
   * nothing has changed, when the intervals do not prove to be that table. Older ones may stand before them. Their own
   * digests are not computed again where whoever read or fetched them has done that.
   */
  restore(
    intervals: readonly TableInterval[],
    digest: Digest,
    n: Sequence,
    time: InstantMs,
    areProven = false,
  ): boolean {
    const read = (interval: TableInterval) =>
      areProven ? TableRows.read(interval) : readProven(interval, this.#sha256);
    const chain = TableChain.of(intervals, { digest, n, time }, this.#limits, this.#sha256, read);
    if (chain === undefined) return false;
    this.#chain = chain;
    this.#closed = this.#emptyIndex(chain.alive.reduce((sum, rows) => sum + rows.length, 0));
    this.#unclosed = new Map();
    for (const rows of chain.alive) this.#rememberRows(rows);
    this.#beginSpans();
    return true;
  }

  #known(request: Pick<Request, "caller" | "requestId">): Registered | undefined {
    const unclosed = this.#unclosed.get(requestKey(request));
    if (unclosed !== undefined) return unclosed;
    const n = this.#closed.find(request);
    return n === undefined ? undefined : this.#chain.rowsWith(n).rowOf(n);
  }

  #emptyIndex(rows = 0): TableIndex {
    return new TableIndex((key, n) => this.#chain.rowsWith(n).hasKey(n, key), rows);
  }

  #beginSpans(): void {
    this.#pending = [];
    this.#open = { rows: [], time: this.#chain.latest };
    this.#recorded = 0;
  }

  #endSpan(): void {
    if (this.#open.rows.length === 0) return;
    this.#pending.push(this.#open);
    this.#open = { rows: [], time: this.#open.time };
    this.#closeRecorded();
  }

  #closeRecorded(): void {
    for (let span = this.#pending[0]; span?.rows.length === this.#recorded; span = this.#pending[0]) {
      this.#pending.shift();
      this.#recorded = 0;
      this.#chain.close(span.rows as TableRow[], span.time);
      for (const row of span.rows) {
        if (this.#forgetUnclosed(row)) this.#closed.set(row);
      }
    }
  }

  #rememberRows(rows: TableRows): void {
    this.#closed.setRows(rows);
  }

  /** An id that was forgotten may have come again, as another request: that one stays, here and below. */
  #forgetRows(rows: TableRows): void {
    for (let index = 0; index < rows.length; index++) this.#closed.deleteRow(rows, index);
  }

  #forgetOpen(span: Span): void {
    for (const row of span.rows) this.#forgetUnclosed(row);
  }

  #forgetUnclosed(row: Registered): boolean {
    const key = requestKey(row);
    return this.#unclosed.get(key) === row && this.#unclosed.delete(key);
  }

  /** Makes room where a test left the rule out that a full table admits nothing. */
  #forgetOldest(): boolean {
    if (this.#mutant !== "forgetfulTable") return false;
    for (const rows of this.#chain.alive) {
      for (let index = 0; index < rows.length; index++) if (this.#closed.deleteRow(rows, index)) return true;
    }
    const [oldest] = this.#unclosed.keys();
    return oldest !== undefined && this.#unclosed.delete(oldest);
  }
}

function register({ n, time, historyDigest, request }: Entry, contentDigest: Digest): Registered {
  const { caller, requestId, issuedAt, command } = request;
  assert(command.kind === "operation", "only operations change a replica");
  const { operation } = command;
  const latest = Math.max(time, issuedAt);
  return { n, time: latest, historyDigest, contentDigest, operation, caller, requestId, result: undefined };
}
