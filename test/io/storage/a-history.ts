import { sha256 } from "../../../io/sha256.ts";
import type { Entry } from "../../../protocol/entry.ts";
import { genesisDigest, historyDigest } from "../../../protocol/history.ts";
import type { Digest, Epoch } from "../../../protocol/ids.ts";
import { emptySummary, type LogRecord, type LogSummary } from "../../../protocol/log-record.ts";
import { applyRecord } from "../../../protocol/log-summary.ts";
import type { Recovered, Snapshot } from "../../../protocol/recovered.ts";
import type { Request } from "../../../protocol/request.ts";
import { type TableInterval, tableDigest } from "../../../protocol/table-interval.ts";

/** What the records of a log come to, with its entries: the plain model that a storage is compared with. */
export interface History {
  readonly summary: LogSummary;
  /** From `summary.base + 1` to `summary.last`. */
  readonly entries: readonly Entry[];
}

/** A history without records. */
export const emptyHistory: History = { summary: emptySummary, entries: [] };

/** The history that follows. */
export function withRecord({ summary, entries }: History, record: LogRecord): History {
  const after = applyRecord(summary, record)!;
  const all = record.kind === "entry" ? [...entries, entryOf(record)] : entries;
  const kept = record.kind === "restart" ? [] : all.filter(({ n }) => n > after.base && n <= after.last);
  return { summary: after, entries: kept };
}

/** The history that follows from all of them. */
export function withRecords(history: History, records: readonly LogRecord[]): History {
  return records.reduce(withRecord, history);
}

function entryOf(record: Extract<LogRecord, { kind: "entry" }>): Entry {
  const { kind: _, ...entry } = record;
  return entry;
}

/** The history digest at a number that the history still reaches. */
export function digestAt({ summary, entries }: Pick<Recovered, "summary" | "entries">, n: number): Digest | undefined {
  return n === summary.base ? summary.baseDigest : entries.find((entry) => entry.n === n)?.historyDigest;
}

/** An epoch of that number. */
export function epochOf(number: number): Epoch {
  return { number, nonce: number.toString(16).padStart(32, "0") };
}

/** The entry that follows, with some text in its request. */
export function nextEntry(history: History, text: string, epoch = 1): Extract<LogRecord, { kind: "entry" }> {
  const { last } = history.summary;
  const request: Request = {
    requestId: `r${last + 1}`,
    caller: "ATWC1234",
    issuedAt: 1000 + last,
    replyTo: "127.0.0.1:1",
    command: { kind: "operation", operation: "bookMovieTickets", args: JSON.stringify({ text }) },
  };
  const numbering = { n: last + 1, epoch: epochOf(epoch), time: 1000 + last, businessDate: "2023-05-12" };
  const before = digestAt(history, last) ?? genesisDigest;
  return { kind: "entry", ...numbering, request, historyDigest: historyDigest(sha256, before, numbering, request) };
}

/** So many entries, one behind the other. */
export function entriesBehind(history: History, count: number, text = ""): readonly LogRecord[] {
  const records: LogRecord[] = [];
  let at = history;
  for (let index = 0; index < count; index++) {
    const record = nextEntry(at, text);
    records.push(record);
    at = withRecord(at, record);
  }
  return records;
}

/** The interval of a client table that follows `before`. */
export function anInterval(n: number, before: Digest, bytes: Uint8Array): TableInterval {
  return { n, time: 1000 + n, before, digest: tableDigest(sha256, before, bytes), rows: 1, bytes };
}

/** A snapshot at the end of a history with that client table. */
export function aSnapshot(history: History, table: Digest = genesisDigest, text = ""): Snapshot {
  const n = history.summary.last;
  const state = JSON.stringify([n, text]);
  const digests = { n, historyDigest: digestAt(history, n)!, stateDigest: sha256(state), tableDigest: table };
  return { digests, time: 1000 + n, state };
}
