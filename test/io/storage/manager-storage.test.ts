import { expect } from "chai";
import { sha256 } from "../../../io/sha256.ts";
import { batchHeaderBytes, fileHeaderBytes } from "../../../io/storage/log-format.ts";
import { writeImportedDirectory } from "../../../io/storage/new-directory.ts";
import { DirectoryInUse } from "../../../io/storage/storage-errors.ts";
import { verifyLog } from "../../../io/storage/verify-log.ts";
import { ByteWriter } from "../../../protocol/bytes.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { emptySummary, type LogRecord, logRecord } from "../../../protocol/log-record.ts";
import { anInterval, aSnapshot, emptyHistory, entriesBehind, epochOf, nextEntry, withRecords } from "./a-history.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { directory, StorageUnderTest, smallLimits } from "./storage-under-test.ts";

const sealMs = smallLimits.logSealMs;

/** Bytes of a batch with this record alone. */
function batchBytes(record: LogRecord): number {
  const writer = new ByteWriter();
  logRecord.write(writer, record);
  return batchHeaderBytes + writer.length;
}

describe("the storage of a manager", () => {
  let disk: SimulatedDisk;
  let tested: StorageUnderTest;

  beforeEach(async () => {
    tested = await StorageUnderTest.openNew();
    disk = tested.disk;
  });

  it("of a new manager is empty, with an incarnation of its own that it keeps", async () => {
    expect(tested.storage.recovered).to.deep.equal({ summary: emptySummary, entries: [], snapshots: [], table: [] });
    const { incarnation } = tested.storage;
    expect(incarnation).to.match(/^[0-9a-f]{32}$/);
    expect((await tested.reopen()).storage.incarnation).to.equal(incarnation);
    expect((await StorageUnderTest.open(new SimulatedDisk())).storage.incarnation).not.to.equal(incarnation);
  });

  it("says that records are durable when their write is, never before", async () => {
    tested.storage.append(entriesBehind(emptyHistory, 3));
    expect(tested.position).to.equal(0);
    await disk.settle();
    expect(tested.position).to.equal(3);
  });

  it("has one write under way and gathers what comes for the next one", async () => {
    const positions: number[] = [];
    tested.onAppended = (position) => positions.push(position);
    const records = entriesBehind(emptyHistory, 10);
    const before = disk.operations;
    for (const record of records.slice(0, 2)) tested.storage.append([record]);
    await Promise.resolve();
    await Promise.resolve();
    for (const record of records.slice(2)) tested.storage.append([record]);
    await disk.settle();
    expect(positions).to.deep.equal([2, 10]);
    expect(disk.operations - before).to.equal(2);
  });

  it("confirms the last write by an empty batch after some rest, once", async () => {
    expect(tested.timers).to.deep.equal([sealMs]);
    tested.fire(sealMs);
    await disk.settle();
    expect(tested.timers).to.deep.equal([]);
    tested.storage.append(entriesBehind(emptyHistory, 1));
    await disk.settle();
    expect(tested.timers).to.deep.equal([sealMs]);
    tested.fire(sealMs);
    await disk.settle();
    expect(tested.timers).to.deep.equal([]);
    const { batches } = await disk.until(verifyLog(directory, sha256, disk));
    expect(batches).to.equal(4);
  });

  it("writes what came while the last write was being confirmed before it is closed", async () => {
    tested.fire(sealMs);
    tested.storage.append(entriesBehind(emptyHistory, 1));
    await disk.until(tested.storage.close());
    expect(tested.position).to.equal(1);
    expect((await disk.until(verifyLog(directory, sha256, disk))).last).to.equal(1);
  });

  it("goes on behind a file in which nothing is left for an empty batch", async () => {
    const left = batchHeaderBytes - 1;
    let history = emptyHistory;
    const append = async (record: LogRecord) => {
      history = withRecords(history, [record]);
      tested.storage.append([record]);
      await disk.settle();
    };
    const opening = fileHeaderBytes + batchBytes({ kind: "summary", ...emptySummary });
    for (let free = smallLimits.logFileBytes - opening - left; free > 0; ) {
      const least = batchBytes(nextEntry(history, ""));
      const record = nextEntry(history, "x".repeat(free > 3000 ? 1000 : free - least));
      free -= batchBytes(record);
      await append(record);
    }
    const { last } = history.summary;
    expect(tested.position).to.equal(last);
    tested.fire(sealMs);
    await disk.settle();
    await append(nextEntry(history, ""));
    expect(tested.position).to.equal(last + 1);
    expect((await tested.reopen()).storage.recovered.summary.last).to.equal(last + 1);
  });

  it("goes over to files that were prepared, and deletes those that hold nothing behind a cut", async () => {
    const records = entriesBehind(emptyHistory, 200, "x".repeat(300));
    for (const record of records) {
      tested.storage.append([record]);
      await disk.settle();
    }
    const logFiles = () => disk.paths(`${directory}/log`).map((path) => path.slice(-12));
    const before = logFiles();
    expect(before.length).to.be.above(5);
    const history = withRecords(emptyHistory, records);
    const at = { ...history, summary: { ...history.summary, last: 150 } };
    const snapshot = aSnapshot(at);
    tested.storage.save(snapshot, []);
    await disk.settle();
    const checkpoint = { ...snapshot.digests, time: snapshot.time };
    tested.storage.append([
      { kind: "checkpoint", ...checkpoint },
      { kind: "cut", n: 150, historyDigest: checkpoint.historyDigest },
    ]);
    tested.storage.keep({ cut: 150, checkpoints: [checkpoint], intervals: [] });
    expect(logFiles()).to.deep.equal(before);
    await disk.settle();
    expect(logFiles()).to.deep.equal(before.slice(-logFiles().length));
    expect(logFiles().length).to.be.below(before.length / 2);
    const { summary, entries } = (await tested.reopen()).storage.recovered;
    expect(summary).to.deep.include({ base: 150, last: 200 });
    expect(entries).to.deep.equal(history.entries.slice(150));
  });

  it("deletes nothing any more once it is closed: the directory may be another one's", async () => {
    const records = entriesBehind(emptyHistory, 200, "x".repeat(300));
    for (const record of records) tested.storage.append([record]);
    await disk.settle();
    const { historyDigest } = withRecords(emptyHistory, records).entries.at(-1)!;
    tested.storage.append([{ kind: "cut", n: 200, historyDigest }]);
    tested.storage.keep({ cut: 200, checkpoints: [], intervals: [] });
    await disk.until(tested.storage.close());
    const closed = disk.paths(`${directory}/log`);
    expect(closed.length).to.be.below(4);
    await disk.settle();
    expect(disk.paths(`${directory}/log`)).to.deep.equal(closed);
  });

  it("keeps a snapshot that was saved since it was told what to keep", async () => {
    const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
    tested.storage.append(entriesBehind(emptyHistory, 2));
    const [older, newer] = [aSnapshot(history), aSnapshot(history, genesisDigest, "other")];
    tested.storage.save(older, []);
    await disk.settle();
    tested.storage.save(newer, []);
    tested.storage.keep({ cut: 0, checkpoints: [], intervals: [] });
    await disk.settle();
    expect(tested.saved).to.have.lengthOf(2);
    expect(disk.paths(`${directory}/snapshots`)).to.have.lengthOf(1);
    tested.storage.append([{ kind: "checkpoint", ...newer.digests, time: newer.time }]);
    expect((await tested.reopen()).storage.recovered.snapshots).to.deep.equal([newer]);
  });

  it("keeps an interval as long as a kept snapshot builds on it", async () => {
    const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
    tested.storage.append(entriesBehind(emptyHistory, 2));
    const first = anInterval(1, genesisDigest, Buffer.from("first"));
    const second = anInterval(2, first.digest, Buffer.from("second"));
    const snapshot = aSnapshot(history, second.digest);
    tested.storage.save(snapshot, [first, second]);
    await disk.settle();
    const checkpoint = { ...snapshot.digests, time: snapshot.time };
    tested.storage.append([{ kind: "checkpoint", ...checkpoint }]);
    tested.storage.keep({ cut: 0, checkpoints: [checkpoint], intervals: [second.digest] });
    await disk.settle();
    expect(disk.paths(`${directory}/table`)).to.have.lengthOf(2);
    tested.storage.keep({ cut: 0, checkpoints: [], intervals: [second.digest] });
    await disk.settle();
    expect(disk.paths(`${directory}/table`)).to.have.lengthOf(1);
  });

  it("takes away what a rolled back past has left", async () => {
    const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
    const interval = anInterval(2, genesisDigest, Buffer.from("rows"));
    tested.storage.append(entriesBehind(emptyHistory, 2));
    const { digests, time } = aSnapshot(history, interval.digest);
    tested.storage.save(aSnapshot(history, interval.digest), [interval]);
    await disk.settle();
    tested.storage.append([
      { kind: "checkpoint", ...digests, time },
      { kind: "rollback", n: 1 },
    ]);
    const again = await tested.reopen();
    expect(again.storage.recovered.summary).to.deep.include({ last: 1, checkpoints: [] });
    await disk.settle();
    expect([...disk.paths(`${directory}/table`), ...disk.paths(`${directory}/snapshots`)]).to.deep.equal([]);
  });

  it("tells how far it has read, up to the end", async () => {
    const { progress } = await tested.reopen();
    expect(progress.length).to.be.above(1);
    expect(progress.every(({ done }, index) => done > (progress[index - 1]?.done ?? 0))).to.equal(true);
    expect(progress.at(-1)!.done).to.equal(progress.at(-1)!.total);
  });

  it("belongs to one process: another one is told who has it", async () => {
    const error = await StorageUnderTest.open(disk).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(DirectoryInUse);
    expect(String(error)).to.match(/\/data\/manager-1 is in use by process 1;/);
  });

  it("is verified beside its manager without a change, and without taking the directory", async () => {
    const paths = disk.paths(directory);
    tested.storage.append([...entriesBehind(emptyHistory, 3), { kind: "promise", epoch: epochOf(5) }]);
    const report = disk.until(verifyLog(directory, sha256, disk));
    expect((await report).damage).to.equal(null);
    expect((await disk.until(verifyLog(directory, sha256, disk))).promised).to.deep.equal(epochOf(5));
    expect(disk.paths(directory)).to.deep.equal(paths);
    expect((await disk.until(verifyLog("/nothing", sha256, disk))).incarnation).to.equal(null);
  });

  it("that was imported begins behind its checkpoint, with nothing promised, and goes on", async () => {
    const other = new SimulatedDisk();
    const history = { summary: { ...emptySummary, base: 500, baseDigest: "5".repeat(64), last: 500 }, entries: [] };
    const table = [anInterval(400, "4".repeat(64), Buffer.from("a"))];
    table.push(anInterval(500, table[0]!.digest, Buffer.from("b")));
    const snapshot = aSnapshot(history, table[1]!.digest);
    const options = { sha256, logFileBytes: smallLimits.logFileBytes, disk: other };
    const incarnation = await other.until(writeImportedDirectory(directory, { snapshot, table }, options));
    const imported = await StorageUnderTest.open(other);
    const checkpoints = [{ ...snapshot.digests, time: snapshot.time }];
    const summary = { ...history.summary, commitPoint: 500, checkpoints };
    expect(imported.storage.incarnation).to.equal(incarnation);
    expect(imported.storage.recovered).to.deep.equal({ summary, entries: [], snapshots: [snapshot], table });
    imported.storage.append(entriesBehind({ summary, entries: [] }, 1));
    await other.settle();
    expect(imported.position).to.equal(1);
    const again = writeImportedDirectory(directory, { snapshot, table }, options);
    expect(String(await other.until(again).catch((error: unknown) => error))).to.match(/is not empty/);
  });
});
