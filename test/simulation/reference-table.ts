import type { Entry } from "../../protocol/entry.ts";
import type { Sequence } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Operation } from "../../protocol/operation.ts";
import { requestContent, requestKey } from "../../protocol/request.ts";

/** A change that was executed. */
export interface Executed {
  readonly key: string;
  readonly n: Sequence;
  readonly operation: Operation;
  readonly content: string;
  result: string;
}

/** What is to become of a change by the rules of request ids. */
export type Verdict = "executed" | "repeated" | "reused" | "tooOld" | "full";

interface Span {
  readonly rows: Executed[];
  time: number;
}

type Bounds = Pick<Limits, "clientHorizonMs" | "clientTableEntriesMax" | "tableSpanRows">;

/** What a client table has to remember and to forget, written down as plainly as can be. */
export class ReferenceTable {
  readonly #bounds: Bounds;
  readonly #known = new Map<string, Executed>();
  #spans: Span[] = [];
  #open: Span = { rows: [], time: 0 };

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** Admits a change; one that is to be executed is remembered, and the caller fills its result in. */
  admit(entry: Entry, operation: Operation): { readonly verdict: Verdict; readonly row: Executed | undefined } {
    const key = requestKey(entry.request);
    const content = requestContent(entry.request);
    const known = this.#known.get(key);
    if (known !== undefined) return { verdict: known.content === content ? "repeated" : "reused", row: known };
    const { issuedAt } = entry.request;
    if (Math.abs(entry.time - issuedAt) > this.#bounds.clientHorizonMs) return { verdict: "tooOld", row: undefined };
    if (this.#known.size >= this.#bounds.clientTableEntriesMax) return { verdict: "full", row: undefined };
    const row = { key, n: entry.n, operation, content, result: "" };
    this.#known.set(key, row);
    this.#open.rows.push(row);
    this.#open.time = Math.max(this.#open.time, entry.time, issuedAt);
    if (this.#open.rows.length >= this.#bounds.tableSpanRows) this.#endSpan();
    return { verdict: "executed", row };
  }

  /** A checkpoint comes up: what is out of the horizon at that log time is forgotten, by spans. */
  mark(time: number): void {
    this.#endSpan();
    const isForgotten = (span: Span) => time - span.time > this.#bounds.clientHorizonMs;
    for (const row of this.#spans.filter(isForgotten).flatMap((span) => span.rows)) {
      if (this.#known.get(row.key) === row) this.#known.delete(row.key);
    }
    this.#spans = this.#spans.filter((span) => !isForgotten(span));
  }

  /** What is known of a request id now. */
  find(key: string): Executed | undefined {
    return this.#known.get(key);
  }

  #endSpan(): void {
    if (this.#open.rows.length > 0) this.#spans.push(this.#open);
    this.#open = { rows: [], time: this.#open.time };
  }
}
