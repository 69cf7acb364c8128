import type { Entry } from "../../protocol/entry.ts";
import type { Digest, Sequence } from "../../protocol/ids.ts";
import { emptySummary, type LogRecord, type LogSummary } from "../../protocol/log-record.ts";
import { applyRecord } from "../../protocol/log-summary.ts";
import { Violation } from "./violation.ts";

/** What the records of a manager's log come to, with its entries. */
export class FoldedLog {
  #summary: LogSummary = emptySummary;
  /** From `summary.base + 1` to `summary.last`. */
  #entries: Entry[] = [];

  get summary(): LogSummary {
    return this.#summary;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** History digest of the last entry. */
  get lastDigest(): Digest {
    return this.#entries.at(-1)?.historyDigest ?? this.#summary.baseDigest;
  }

  /** H(n), where it is kept. */
  digestAt(n: Sequence): Digest | undefined {
    const { base, baseDigest } = this.#summary;
    return n === base ? baseDigest : this.#entries[n - base - 1]?.historyDigest;
  }

  /** Takes one more record in; fails where it cannot follow. */
  apply(record: LogRecord): void {
    const { base, last } = this.#summary;
    const next = applyRecord(this.#summary, record);
    if (next === undefined) {
      throw new Violation("recordsFollow", `${JSON.stringify(record).slice(0, 200)} behind entries ${base} to ${last}`);
    }
    this.#summary = next;
    if (record.kind === "entry") this.#entries.push(record);
    else if (record.kind === "rollback") this.#entries.length = record.n - base;
    else if (record.kind === "restart") this.#entries = [];
    else if (record.kind === "cut") this.#entries = this.#entries.slice(record.n - base);
  }

  /** The same again, of its own from now on. */
  copy(): FoldedLog {
    const copy = new FoldedLog();
    copy.#summary = this.#summary;
    copy.#entries = [...this.#entries];
    return copy;
  }
}
