import { expect } from "chai";
import type { Chance } from "../../../protocol/chance.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { emptySummary, type LogRecord, type SavedCheckpoint } from "../../../protocol/log-record.ts";
import type { Recovered, Snapshot } from "../../../protocol/recovered.ts";
import type { TableInterval } from "../../../protocol/table-interval.ts";
import { anInterval, aSnapshot, digestAt, epochOf, type History, nextEntry, withRecord } from "./a-history.ts";
import type { StorageUnderTest } from "./storage-under-test.ts";

const snapshotsMax = 3;
const farAhead = 100;
const liveIntervals = 5;

/**
 * A manager that does at random what managers do, and knows what its log came to behind each record: what a storage
 * finds after a crash must be one of these, and none before what was said to be durable.
 */
export class RandomManager {
  readonly #chance: Chance;
  readonly #tested: StorageUnderTest;
  /** Behind each record since the opening. */
  readonly #histories: History[];
  /** The client table, oldest interval first. */
  #table: TableInterval[];
  #storedIntervals: Set<string>;
  #kept: Snapshot[];
  /** Checkpoints that the log may name or not, since they were not kept. */
  readonly #dropped = new Set<string>();
  /** Every snapshot ever given to the storage, with its table. */
  readonly #given: Map<string, { readonly snapshot: Snapshot; readonly table: readonly TableInterval[] }>;

  constructor(tested: StorageUnderTest, chance: Chance, before?: RandomManager) {
    this.#chance = chance;
    this.#tested = tested;
    this.#given = before === undefined ? new Map() : before.#given;
    const { summary, entries, snapshots, table } = tested.storage.recovered;
    this.#histories = [{ summary, entries }];
    this.#table = [...table];
    this.#storedIntervals = new Set(table.map(({ digest }) => digest));
    this.#kept = [...snapshots];
    tested.onSaved = (checkpoint) => this.#onSaved(checkpoint);
  }

  /** Does one thing. */
  act(): void {
    const { summary } = this.#history;
    const kind = this.#chance.between(0, 19);
    const floor = Math.max(summary.base, Math.min(summary.commitPoint, summary.last));
    if (kind < 11) this.#appendEntries(this.#chance.between(1, 6));
    else if (kind === 11) this.#append([{ kind: "promise", epoch: epochOf(this.#chance.between(1, 99)) }]);
    else if (kind === 12) this.#append([this.#adoption()]);
    else if (kind === 13) this.#append([{ kind: "commit", n: this.#chance.between(floor, summary.last) }]);
    else if (kind === 14) this.#rollback(this.#chance.between(floor, summary.last));
    else if (kind < 18) this.#save();
    else if (kind === 18) this.#tested.fire(50);
    else if (this.#chance.happens(0.2)) this.#restart();
  }

  /** Checks that what was found behind a crash is what this manager had stored, and nothing durable is missing. */
  expectRecovered({ summary, entries, snapshots, table }: Recovered): void {
    const wanted = { ...summary, checkpoints: [] };
    const possible = this.#histories.slice(this.#tested.position).filter((history) => {
      const isSummary = same({ ...history.summary, checkpoints: [] }, wanted) && same(history.entries, entries);
      const isEach = summary.checkpoints.every((own) => history.summary.checkpoints.some((other) => same(own, other)));
      const needed = history.summary.checkpoints.filter((own) => !this.#dropped.has(keyOf(own)));
      return isSummary && isEach && needed.every((own) => summary.checkpoints.some((other) => same(own, other)));
    });
    expect(possible.length, "what was found is what was there behind some record").to.be.above(0);
    const newest = summary.checkpoints.at(-1);
    expect(snapshots).to.deep.equal(
      summary.checkpoints.map((checkpoint) => this.#given.get(keyOf(checkpoint))!.snapshot),
    );
    const expected = newest === undefined ? [] : this.#given.get(keyOf(newest))!.table;
    expect(table.slice(-expected.length || table.length)).to.deep.equal(expected);
  }

  get #history(): History {
    return this.#histories.at(-1)!;
  }

  #append(records: readonly LogRecord[]): void {
    for (const record of records) this.#histories.push(withRecord(this.#history, record));
    this.#tested.storage.append(records);
  }

  #appendEntries(count: number): void {
    const records: LogRecord[] = [];
    let history = this.#history;
    for (let index = 0; index < count; index++) {
      const record = nextEntry(history, "x".repeat(this.#chance.between(0, 300)), this.#chance.between(1, 9));
      records.push(record);
      history = withRecord(history, record);
    }
    this.#append(records);
  }

  #adoption(): LogRecord {
    const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
    const { base, baseDigest } = this.#history.summary;
    return { kind: "adoption", epoch: epochOf(this.#chance.between(1, 99)), members, base, baseDigest };
  }

  #rollback(n: number): void {
    this.#append([{ kind: "rollback", n }]);
    this.#table = this.#table.filter((interval) => interval.n <= n);
    this.#kept = this.#kept.filter(({ digests }) => digests.n <= n);
  }

  #save(): void {
    const { last } = this.#history.summary;
    if (last === 0 || this.#kept.some(({ digests }) => digests.n >= last)) return;
    const bytes = Uint8Array.from({ length: this.#chance.between(1, 2000) }, () => this.#chance.between(0, 255));
    this.#table.push(anInterval(last, this.#table.at(-1)?.digest ?? genesisDigest, bytes));
    // What is older than some horizon is no part of it any more.
    this.#give(aSnapshot(this.#history, this.#table.at(-1)!.digest), this.#table.slice(-liveIntervals));
  }

  /** A snapshot of others, far ahead and with another table. */
  #restart(): void {
    const n = this.#history.summary.last + farAhead;
    const historyDigest = this.#chance.u32().toString(16).padStart(64, "0");
    const ahead: History = { summary: { ...emptySummary, base: n, baseDigest: historyDigest, last: n }, entries: [] };
    const table = [anInterval(n, "7".repeat(64), Buffer.from(`of others up to ${n}`))];
    this.#give(aSnapshot(ahead, table[0]!.digest, "of others"), table);
  }

  #give(snapshot: Snapshot, table: readonly TableInterval[]): void {
    const isOwn = snapshot.digests.n <= this.#history.summary.last;
    this.#given.set(keyOf(snapshot.digests), { snapshot, table: [...table] });
    if (isOwn) this.#kept.push(snapshot);
    this.#tested.storage.save(
      snapshot,
      table.filter(({ digest }) => !this.#storedIntervals.has(digest)),
    );
  }

  #onSaved(checkpoint: SavedCheckpoint): void {
    const given = this.#given.get(keyOf(checkpoint))!;
    const { summary } = this.#history;
    if (checkpoint.n > summary.last && given.snapshot.state.includes("of others")) {
      this.#append([
        { kind: "restart", n: checkpoint.n, historyDigest: checkpoint.historyDigest },
        { kind: "checkpoint", ...checkpoint },
      ]);
      this.#table = [...given.table];
      this.#kept = [given.snapshot];
    } else if (
      this.#kept.includes(given.snapshot) &&
      digestAt(this.#history, checkpoint.n) === checkpoint.historyDigest
    ) {
      this.#append([{ kind: "checkpoint", ...checkpoint }]);
    } else return;
    for (const { digest } of given.table) this.#storedIntervals.add(digest);
    if (this.#chance.happens(0.7)) this.#keep();
  }

  #keep(): void {
    const { summary } = this.#history;
    const recorded = this.#kept.filter(({ digests }) =>
      summary.checkpoints.some((own) => keyOf(own) === keyOf(digests)),
    );
    // Mostly the oldest one goes; now and then one in the middle.
    if (recorded.length > snapshotsMax) {
      const gone = recorded[this.#chance.happens(0.8) ? 0 : 1];
      this.#kept = this.#kept.filter((snapshot) => snapshot !== gone);
      const oldest = recorded.find((snapshot) => snapshot !== gone)!;
      const { n, historyDigest } = oldest.digests;
      if (n > summary.base) this.#append([{ kind: "cut", n, historyDigest }]);
    }
    const intervals = new Set(
      this.#kept.flatMap(({ digests }) => this.#given.get(keyOf(digests))!.table.map((at) => at.digest)),
    );
    const checkpoints = this.#kept.map(({ digests, time }) => ({ ...digests, time }));
    const kept = new Set(checkpoints.map(keyOf));
    for (const own of this.#history.summary.checkpoints) if (!kept.has(keyOf(own))) this.#dropped.add(keyOf(own));
    this.#tested.storage.keep({ cut: this.#history.summary.base, checkpoints, intervals: [...intervals] });
    this.#storedIntervals = new Set([...this.#storedIntervals].filter((digest) => intervals.has(digest)));
  }
}

function keyOf({ n, historyDigest, stateDigest, tableDigest }: Omit<SavedCheckpoint, "time">): string {
  return `${n} ${historyDigest} ${stateDigest} ${tableDigest}`;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Fields in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
