import { expect } from "chai";
import { Chance } from "../../../protocol/chance.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { anInterval, aSnapshot, emptyHistory, entriesBehind, epochOf, withRecords } from "./a-history.ts";
import type { Operation, SimulatedDisk } from "./simulated-disk.ts";
import { directory, StorageUnderTest, smallLimits } from "./storage-under-test.ts";

const sealMs = smallLimits.logSealMs;
const retryMs = smallLimits.roomRetryMs;

/** Fails every operation of that kind on paths that hold some text. */
function failing(operation: Operation, part: string, code: string) {
  return (asked: Operation, path: string) => (asked === operation && path.includes(part) ? code : undefined);
}

describe("the storage of a manager in trouble", () => {
  let disk: SimulatedDisk;
  let tested: StorageUnderTest;

  beforeEach(async () => {
    tested = await StorageUnderTest.openNew();
    disk = tested.disk;
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
      expect((await tested.reopen()).storage.recovered.summary.last).to.equal(60);
    });

    it("can be closed, and what was said to be durable is there", async () => {
      disk.fails = failing("create", "/log/", "ENOSPC");
      for (const record of records) tested.storage.append([record]);
      const again = await tested.reopen();
      expect(again.storage.recovered.summary.last).to.equal(tested.position);
    });

    it("is closed without a hole: behind a batch that found no room nothing is written, however small", async () => {
      disk.fails = failing("create", "/log/", "ENOSPC");
      const large = entriesBehind(emptyHistory, 40, "x".repeat(1500));
      let given = 0;
      for (; given === tested.position; given++) {
        tested.storage.append([large[given]!]);
        await disk.settle();
      }
      const history = withRecords(emptyHistory, large.slice(0, given));
      tested.storage.append(entriesBehind(history, 1));
      const again = await tested.reopen();
      expect(again.notes).to.deep.equal([]);
      expect(again.storage.recovered.summary.last).to.equal(given - 1);
    });

    it("saves a snapshot when there is room again, and of several only the newest with all intervals", async () => {
      disk.fails = failing("create", "manager-1/", "ENOSPC");
      const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
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
      expect((await tested.reopen()).storage.recovered.table).to.deep.equal([first, second]);
    });

    it("deletes what is not kept while a snapshot waits for room: that may be what makes some", async () => {
      const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
      tested.storage.append(entriesBehind(emptyHistory, 2));
      tested.storage.save(aSnapshot(history), []);
      await disk.settle();
      disk.fails = failing("create", "/snapshots/", "ENOSPC");
      tested.storage.save(aSnapshot(history, genesisDigest, "other"), []);
      tested.storage.keep({ cut: 0, checkpoints: [], intervals: [] });
      await disk.settle();
      expect(disk.paths(`${directory}/snapshots`)).to.deep.equal([]);
    });

    it("says that there is no room while too much waits for the disk", async () => {
      for (const record of entriesBehind(emptyHistory, 120, "x".repeat(300))) tested.storage.append([record]);
      expect(tested.room).to.deep.equal([false]);
      await disk.settle();
      expect(tested.room).to.deep.equal([false, true]);
      expect(tested.position).to.equal(120);
    });
  });

  describe("on a disk that fails", () => {
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
      disk.fails = (operation) => (operation === "write" ? expect.fail("nothing is written behind it") : undefined);
      await disk.until(tested.storage.close());
      expect(tested.position).to.equal(0);
    });

    for (const cut of [1, 2, 3, 4]) {
      it(`keeps what the next process found, though the system took a failed write for done: power cut ${cut}`, async () => {
        disk.fails = failing("write", "/log/", "EIO");
        tested.storage.append(entriesBehind(emptyHistory, 3));
        await disk.settle();
        expect([tested.failures.length, tested.position]).to.deep.equal([1, 0]);
        disk.fails = () => undefined;
        disk.crash(new Chance(1), false);
        expect((await StorageUnderTest.open(disk)).storage.recovered.entries).to.have.lengthOf(3);
        disk.crash(new Chance(cut), true);
        expect((await StorageUnderTest.open(disk)).storage.recovered.entries).to.have.lengthOf(3);
      });
    }

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
        const history = withRecords(emptyHistory, entriesBehind(emptyHistory, 2));
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
});
