import { expect } from "chai";
import { sha256 } from "../../../io/sha256.ts";
import { writeImportedDirectory } from "../../../io/storage/new-directory.ts";
import { DirectoryInUse } from "../../../io/storage/storage-errors.ts";
import { verifyLog } from "../../../io/storage/verify-log.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { emptySummary } from "../../../protocol/log-record.ts";
import { anInterval, aSnapshot, emptyHistory, entriesBehind, epochOf, type History, withRecord } from "./a-history.ts";
import { type Operation, SimulatedDisk } from "./simulated-disk.ts";
import { directory, StorageUnderTest, smallLimits } from "./storage-under-test.ts";

const sealMs = smallLimits.logSealMs;
const retryMs = smallLimits.roomRetryMs;

/** Fails every operation of that kind on paths that hold some text. */
function failing(operation: Operation, part: string, code: string) {
  return (asked: Operation, path: string) => (asked === operation && path.includes(part) ? code : undefined);
}

function follow(history: History, records: Parameters<typeof withRecord>[1][]): History {
  return records.reduce((at, record) => withRecord(at, record), history);
}

describe("the storage of a manager", () => {
  let disk: SimulatedDisk;
  let tested: StorageUnderTest;

  beforeEach(async () => {
    disk = new SimulatedDisk();
    tested = await StorageUnderTest.open(disk);
    await disk.settle();
  });

  async function reopen(): Promise<StorageUnderTest> {
    await disk.settle();
    await disk.until(tested.storage.close());
    return StorageUnderTest.open(disk);
  }

  it("of a new manager is empty, with an incarnation of its own that it keeps", async () => {
    expect(tested.storage.recovered).to.deep.equal({ summary: emptySummary, entries: [], snapshots: [], table: [] });
    const { incarnation } = tested.storage;
    expect(incarnation).to.match(/^[0-9a-f]{32}$/);
    expect((await reopen()).storage.incarnation).to.equal(incarnation);
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

  it("goes over to files that were prepared, and deletes those that hold nothing behind a cut", async () => {
    const records = entriesBehind(emptyHistory, 200, "x".repeat(300));
    for (const record of records) {
      tested.storage.append([record]);
      await disk.settle();
    }
    const logFiles = () => disk.paths(`${directory}/log`).map((path) => path.slice(-12));
    const before = logFiles();
    expect(before.length).to.be.above(5);
    const history = follow(emptyHistory, [...records]);
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
    const { summary, entries } = (await reopen()).storage.recovered;
    expect(summary).to.deep.include({ base: 150, last: 200 });
    expect(entries).to.deep.equal(history.entries.slice(150));
  });

  it("keeps a snapshot that was saved since it was told what to keep", async () => {
    const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
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
    expect((await reopen()).storage.recovered.snapshots).to.deep.equal([newer]);
  });

  it("keeps an interval as long as a kept snapshot builds on it", async () => {
    const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
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
    const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
    const interval = anInterval(2, genesisDigest, Buffer.from("rows"));
    tested.storage.append(entriesBehind(emptyHistory, 2));
    const { digests, time } = aSnapshot(history, interval.digest);
    tested.storage.save(aSnapshot(history, interval.digest), [interval]);
    await disk.settle();
    tested.storage.append([
      { kind: "checkpoint", ...digests, time },
      { kind: "rollback", n: 1 },
    ]);
    const again = await reopen();
    expect(again.storage.recovered.summary).to.deep.include({ last: 1, checkpoints: [] });
    await disk.settle();
    expect([...disk.paths(`${directory}/table`), ...disk.paths(`${directory}/snapshots`)]).to.deep.equal([]);
  });

  it("tells how far it has read, up to the end", async () => {
    const { progress } = await reopen();
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

  describe("on a disk without room", () => {
    const records = entriesBehind(emptyHistory, 60, "x".repeat(500));

    it("says so once, loses nothing that it was given, tries again, and says when there is room", async () => {
      disk.fails = failing("create", "/log/", "ENOSPC");
      for (const record of records) tested.storage.append([record]);
      await disk.settle();
      expect(tested.room).to.deep.equal([false]);
      expect(tested.position).to.be.within(1, 59);
      tested.fire(retryMs);
      await disk.settle();
      expect(tested.room).to.deep.equal([false]);
      expect(disk.paths(directory).filter((path) => path.endsWith(".new"))).to.deep.equal([]);
      disk.fails = failing("create", "/log/", "EDQUOT");
      tested.fire(retryMs);
      await disk.settle();
      disk.fails = () => undefined;
      tested.fire(retryMs);
      await disk.settle();
      expect(tested.room).to.deep.equal([false, true]);
      expect(tested.position).to.equal(60);
      expect(tested.failures).to.deep.equal([]);
      expect((await reopen()).storage.recovered.summary.last).to.equal(60);
    });

    it("can be closed, and what was said to be durable is there", async () => {
      disk.fails = failing("create", "/log/", "ENOSPC");
      for (const record of records) tested.storage.append([record]);
      const again = await reopen();
      expect(again.storage.recovered.summary.last).to.equal(tested.position);
    });

    it("saves a snapshot when there is room again, and of several only the newest with all intervals", async () => {
      disk.fails = failing("create", "manager-1/", "ENOSPC");
      const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
      tested.storage.append(entriesBehind(emptyHistory, 2));
      const first = anInterval(1, genesisDigest, Buffer.from("first"));
      const second = anInterval(2, first.digest, Buffer.from("second"));
      tested.storage.save(aSnapshot(history, first.digest), [first]);
      await disk.settle();
      tested.storage.save(aSnapshot(history, second.digest), [second]);
      await disk.settle();
      expect([tested.room, tested.saved]).to.deep.equal([[false], []]);
      disk.fails = () => undefined;
      tested.fire(retryMs);
      await disk.settle();
      expect(tested.room).to.deep.equal([false, true]);
      expect(tested.saved.map(({ tableDigest }) => tableDigest)).to.deep.equal([second.digest]);
      tested.storage.append([{ kind: "checkpoint", ...tested.saved[0]! }]);
      expect((await reopen()).storage.recovered.table).to.deep.equal([first, second]);
    });

    it("deletes what is not kept while a snapshot waits for room: that may be what makes some", async () => {
      const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
      tested.storage.append(entriesBehind(emptyHistory, 2));
      tested.storage.save(aSnapshot(history), []);
      await disk.settle();
      disk.fails = failing("create", "/snapshots/", "ENOSPC");
      tested.storage.save(aSnapshot(history, genesisDigest, "other"), []);
      tested.storage.keep({ cut: 0, checkpoints: [], intervals: [] });
      await disk.settle();
      expect(disk.paths(`${directory}/snapshots`)).to.deep.equal([]);
    });
  });

  it("says that there is no room while too much waits for the disk", async () => {
    for (const record of entriesBehind(emptyHistory, 120, "x".repeat(300))) tested.storage.append([record]);
    expect(tested.room).to.deep.equal([false]);
    await disk.settle();
    expect(tested.room).to.deep.equal([false, true]);
    expect(tested.position).to.equal(120);
  });

  it("writes nothing any more behind a failed write, not even behind one that held no records", async () => {
    tested.storage.append(entriesBehind(emptyHistory, 1));
    await disk.settle();
    disk.fails = failing("write", "/log/", "EIO");
    tested.fire(sealMs);
    await disk.settle();
    expect(tested.failures).to.have.lengthOf(1);
    disk.fails = () => undefined;
    const before = disk.operations;
    tested.storage.append([{ kind: "promise", epoch: epochOf(1) }]);
    await disk.settle();
    expect(disk.operations).to.equal(before);
  });

  it("can be closed behind a failed write, whatever waited for it", async () => {
    disk.fails = failing("write", "/log/", "EIO");
    tested.storage.append(entriesBehind(emptyHistory, 1));
    tested.storage.keep({ cut: 0, checkpoints: [], intervals: [] });
    await disk.settle();
    await disk.until(tested.storage.close());
    expect(tested.position).to.equal(0);
  });

  for (const [operation, part] of [
    ["write", "/log/"],
    ["create", "/log/"],
    ["create", "/table/"],
    ["create", "/snapshots/"],
    ["syncDirectory", "/snapshots"],
    ["open", "/log/"],
  ] as const) {
    it(`ends when ${operation} in ${part} fails: says it once, tries nothing again, and says nothing durable`, async () => {
      disk.fails = failing(operation, part, "EIO");
      for (const record of entriesBehind(emptyHistory, 60, "x".repeat(500))) tested.storage.append([record]);
      const history = follow(emptyHistory, [...entriesBehind(emptyHistory, 2)]);
      const interval = anInterval(2, genesisDigest, Buffer.from("rows"));
      tested.storage.save(aSnapshot(history, interval.digest), [interval]);
      await disk.settle();
      expect(tested.failures.map(({ code }) => code)).to.deep.equal(["DISK_FAILED"]);
      expect(tested.failures[0]!.cause).to.deep.include({ code: "EIO" });
      const { position } = tested;
      const saved = tested.saved.length;
      disk.fails = () => undefined;
      tested.fire(retryMs);
      tested.fire(sealMs);
      tested.storage.append(entriesBehind(emptyHistory, 1).map((record) => ({ ...record, n: 61 }) as typeof record));
      await disk.settle();
      expect([tested.position, tested.saved.length]).to.deep.equal([position, saved]);
      if (operation === "write") expect(position).to.equal(0);
    });
  }
});
