import { expect } from "chai";
import { sha256 } from "../../../io/sha256.ts";
import { Damage } from "../../../io/storage/storage-errors.ts";
import { type LogReport, verifyLog } from "../../../io/storage/verify-log.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { anInterval, aSnapshot, emptyHistory, entriesBehind, epochOf, type History, withRecord } from "./a-history.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { directory, StorageUnderTest } from "./storage-under-test.ts";

const logFile = (number: number) => `${directory}/log/0000000${number}.log`;

/** Appends entries one write after the other, and a seal behind them. */
async function appendEach(tested: StorageUnderTest, history: History, count: number, text = ""): Promise<History> {
  let at = history;
  for (const record of entriesBehind(history, count, text)) {
    tested.storage.append([record]);
    await tested.disk.settle();
    at = withRecord(at, record);
  }
  return at;
}

/** A snapshot with a client table of one more interval, on the disk and in the log. */
async function checkpoint(tested: StorageUnderTest, history: History, before: string): Promise<[History, string]> {
  const interval = anInterval(history.summary.last, before, Buffer.from(`rows up to ${history.summary.last}`));
  const snapshot = aSnapshot(history, interval.digest);
  tested.storage.save(snapshot, [interval]);
  await tested.disk.settle();
  const record = { kind: "checkpoint", ...snapshot.digests, time: snapshot.time } as const;
  tested.storage.append([record]);
  await tested.disk.settle();
  return [withRecord(history, record), interval.digest];
}

/** A disk with several log files, two checkpoints and a cut at the first of them. */
async function aDisk(): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  const tested = await StorageUnderTest.open(disk);
  tested.storage.append([{ kind: "promise", epoch: epochOf(7) }]);
  let history = await appendEach(tested, emptyHistory, 10, "x".repeat(500));
  let table = genesisDigest;
  [history, table] = await checkpoint(tested, history, table);
  history = await appendEach(tested, history, 30, "y".repeat(500));
  [history, table] = await checkpoint(tested, history, table);
  const { n, historyDigest } = history.summary.checkpoints[0]!;
  tested.storage.append([{ kind: "cut", n, historyDigest }]);
  history = await appendEach(tested, history, 10, "z".repeat(500));
  await disk.settle();
  await disk.until(tested.storage.close());
  return disk;
}

async function report(disk: SimulatedDisk): Promise<LogReport> {
  return disk.until(verifyLog(directory, sha256, disk));
}

describe("a storage whose bytes changed on the disk", () => {
  let intact: SimulatedDisk;

  before(async () => {
    intact = await aDisk();
  });

  it("is whole as the tests below begin with it", async () => {
    const { damage, tornTail, first, last, records, checkpoints, promised, ...rest } = await report(intact);
    expect({ damage, tornTail, first, last }).to.deep.equal({ damage: null, tornTail: null, first: 11, last: 50 });
    expect(records).to.deep.include({ entry: 50, checkpoint: 2, cut: 1, promise: 1 });
    expect(checkpoints.map(({ n }) => n)).to.deep.equal([10, 40]);
    expect(promised).to.deep.equal(epochOf(7));
    expect(rest).to.deep.include({ base: 10, intervals: 2, rows: 2, format: 1, troubles: [], directory });
    expect(rest.files).to.be.above(2);
  });

  it("finds one flipped bit anywhere in what was stored, and comes back as a new manager", async () => {
    const before = (await StorageUnderTest.open(intact.clone())).storage.incarnation;
    let flipped = 0;
    for (const path of [`${directory}/identity.json`, ...intact.paths(`${directory}/log`)]) {
      const used = endOf(intact.bytesOf(path));
      for (let at = 0; at < used; at += path.endsWith(".log") ? 211 : 1) {
        const disk = intact.clone();
        const bytes = disk.bytesOf(path);
        bytes[at] = bytes[at]! ^ 0x10;
        const tested = await StorageUnderTest.open(disk);
        const where = `byte ${at} of ${path}`;
        expect(tested.notes.join(), where).to.match(/^error .*is damaged: in .*at byte \d+: .*lost disk/);
        expect(tested.storage.incarnation, where).not.to.equal(before);
        expect(tested.storage.recovered, where).to.deep.include({ entries: [], snapshots: [], table: [] });
        expect(disk.paths(directory).length, where).to.be.above(0);
        flipped++;
      }
    }
    expect(flipped).to.be.above(100);
  }).timeout(30_000);

  it("keeps what was damaged, whole, under another name beside it", async () => {
    const disk = intact.clone();
    disk.bytesOf(logFile(1))[60]! ^= 1;
    const tested = await StorageUnderTest.open(disk);
    const aside = /kept as (\S+) and/.exec(tested.notes.join())?.[1];
    expect(aside).to.match(/^\/data\/manager-1\.damaged-\d{8}T\d{6}Z$/);
    expect(disk.paths(aside!).map((path) => path.slice(aside!.length))).to.deep.equal(
      intact.paths(directory).map((path) => path.slice(directory.length)),
    );
  });

  it("falls back to the checkpoint before when the newest snapshot or its table is damaged, and goes on", async () => {
    const [snapshot] = intact.paths(`${directory}/snapshots`).slice(-1);
    const [rows] = intact.paths(`${directory}/table`).slice(-1);
    for (const path of [snapshot!, rows!]) {
      for (const spoil of [
        (disk: SimulatedDisk) => disk.lose(path),
        (disk: SimulatedDisk) => (disk.bytesOf(path)[70]! ^= 1),
      ]) {
        const disk = intact.clone();
        spoil(disk);
        const tested = await StorageUnderTest.open(disk);
        const { summary, snapshots, table, entries } = tested.storage.recovered;
        expect(summary.checkpoints.map(({ n }) => n)).to.deep.equal([10]);
        expect(snapshots.map(({ digests }) => digests.n)).to.deep.equal([10]);
        expect([table.length, entries.length]).to.deep.equal([1, 40]);
        expect(tested.notes.join()).to.match(/^warn /);
        const again = await tested.reopen();
        expect(again.notes).to.deep.equal([]);
        expect(again.storage.recovered).to.deep.equal(tested.storage.recovered);
      }
    }
  });

  it("with no whole checkpoint that the log reaches back to is damaged", async () => {
    for (const folder of ["snapshots", "table"]) {
      const disk = intact.clone();
      for (const path of disk.paths(`${directory}/${folder}`)) disk.lose(path);
      expect((await report(disk)).damage?.file).to.equal("snapshots");
      const tested = await StorageUnderTest.open(disk);
      expect(tested.notes.join()).to.match(/^error .*damaged/);
    }
  });

  it("misses a log file that is needed: the first, one in the middle, all, and not the spare one", async () => {
    const files = intact.paths(`${directory}/log`);
    const { files: used } = await report(intact);
    for (const [index, path] of files.entries()) {
      const disk = intact.clone();
      disk.lose(path);
      const { damage } = await report(disk);
      // Without the last used file, the spare one begins nothing.
      expect(damage === null, path).to.equal(index >= used);
    }
    const disk = intact.clone();
    for (const path of files) disk.lose(path);
    expect((await report(disk)).damage?.what).to.equal("the log is missing");
  });

  it("is read again before it is called damaged: a manager may have been writing", async () => {
    const disk = intact.clone();
    const bytes = disk.bytesOf(logFile(2));
    let readings = 0;
    disk.fails = (operation, path) => {
      if (operation === "read" && path === logFile(2)) bytes[100] = bytes[100]! ^ (readings++ < 2 ? 1 : 0);
      return undefined;
    };
    expect((await report(disk)).damage).to.equal(null);
    expect(readings).to.equal(2);
  });

  it("is made anew once, not again and again, where nothing is read as it was written", async () => {
    const disk = intact.clone();
    disk.fails = (operation, path) => {
      if (operation === "read" && path.endsWith(".log")) disk.bytesOf(path)[0] = 0;
      return undefined;
    };
    const error = await StorageUnderTest.open(disk).catch((error: unknown) => error);
    expect(error).to.be.instanceOf(Damage);
    expect((await disk.until(disk.list("/data"))).length).to.equal(2);
  });

  it("without its identity, though its log was in use, is damaged", async () => {
    const disk = intact.clone();
    disk.lose(`${directory}/identity.json`);
    const tested = await StorageUnderTest.open(disk);
    expect(tested.notes.join()).to.match(/^error .*the identity is missing/);
  });

  it("cut short in a log file is damaged", async () => {
    const disk = intact.clone();
    const bytes = disk.bytesOf(logFile(2)).slice(0, -1);
    disk.lose(logFile(2));
    await disk.until(disk.create(logFile(2), [bytes]));
    expect((await report(disk)).damage?.what).to.equal("a log file was cut short");
  });

  it("takes no batch of another manager's log, or of another file", async () => {
    const other = await aDisk();
    for (const [from, to] of [
      [other.bytesOf(logFile(2)), logFile(2)],
      [intact.bytesOf(logFile(1)), logFile(2)],
    ] as const) {
      const disk = intact.clone();
      disk.bytesOf(to).set(from);
      expect((await report(disk)).damage).to.deep.include({ file: "log/00000002.log" });
    }
  });

  it("drops a last batch that is not whole when nothing confirms it, and only then", async () => {
    const disk = new SimulatedDisk();
    const tested = await StorageUnderTest.open(disk);
    await appendEach(tested, emptyHistory, 3);
    const spoil = (copy: SimulatedDisk) => (copy.bytesOf(logFile(1))[endOf(copy.bytesOf(logFile(1))) - 1]! ^= 1);
    const unsealed = disk.clone();
    spoil(unsealed);
    const torn = await report(unsealed);
    expect(torn.tornTail).to.deep.include({ file: "log/00000001.log" });
    expect([torn.damage, torn.last]).to.deep.equal([null, 2]);
    const again = await StorageUnderTest.open(unsealed);
    expect(again.storage.recovered.summary.last).to.equal(2);
    expect(again.notes.join()).to.match(/^info dropped \d+ bytes at the end of 00000001\.log/);
    const offset = endOf(disk.bytesOf(logFile(1))) - 1;
    tested.fire(50);
    await disk.settle();
    disk.bytesOf(logFile(1))[offset]! ^= 1;
    expect((await report(disk)).damage?.what).to.match(/not whole, and batch 5 behind it is/);
  });

  it("with two writes that are not whole is damaged, since one is under way at most", async () => {
    const disk = new SimulatedDisk();
    const tested = await StorageUnderTest.open(disk);
    await appendEach(tested, emptyHistory, 3);
    const bytes = disk.bytesOf(logFile(1));
    bytes[endOf(bytes) - 1]! ^= 1;
    bytes[endOf(bytes) + 100] = 1;
    expect((await report(disk)).damage?.what).to.equal("more than one write is not whole");
  });
});

/** Behind the last byte that is not zero. */
function endOf(bytes: Uint8Array): number {
  return bytes.findLastIndex((byte) => byte !== 0) + 1;
}
