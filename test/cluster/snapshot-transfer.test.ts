import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import { readRecovered } from "../../cluster/recovered-data.ts";
import { exportSnapshot, NothingToExport, newestAgreed } from "../../cluster/snapshot-export.ts";
import { readSnapshotFile, type WholeCheckpoint } from "../../cluster/snapshot-file.ts";
import { ImportRefused, importSnapshot } from "../../cluster/snapshot-import.ts";
import { verifyData } from "../../cluster/verify-data.ts";
import { slots } from "../../protocol/ids.ts";
import { aCheckpoint, aRow, aTable } from "./a-checkpoint.ts";
import { writeManager } from "./a-data-directory.ts";

const words = ["a", "b", "c", "d", "e"];
const versions = { quartet: "1.2.3" };

/** A checkpoint at that number with another state for each `kind`; its history is that of the log it is stored in. */
function checkpointAt(n: number, kind = "right"): WholeCheckpoint {
  const rows = Array.from({ length: n }, (_, at) => [aRow(at + 1)]);
  const checkpoint = aCheckpoint({ state: JSON.stringify([[[kind, n]], []]), table: aTable(...rows) });
  return { ...checkpoint, digests: { ...checkpoint.digests, n } };
}

describe("the export of a snapshot", () => {
  let folder = "";
  let data = "";
  let file = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-export-"));
    [data, file] = [join(folder, "data"), join(folder, "backup.json")];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("takes the newest checkpoint that two managers have, with its own part of the client table", async () => {
    await writeManager(data, 1, { words, checkpoints: [checkpointAt(2), checkpointAt(4)] });
    await writeManager(data, 2, { words, checkpoints: [checkpointAt(2), checkpointAt(4, "wrong")] });
    await writeManager(data, 4, { words, checkpoints: [checkpointAt(2), checkpointAt(3), checkpointAt(5)] });
    const exported = await exportSnapshot({ dataDirectory: data, file, versions });
    expect(exported).to.deep.include({ file, agreedBy: [1, 2, 4] });
    const back = readSnapshotFile(file);
    expect(back.digests).to.deep.equal(exported.digests);
    const { state, table, digests } = checkpointAt(2);
    expect([back.state, back.table, back.digests.n]).to.deep.equal([state, table, 2]);
    expect(back.digests.tableDigest).to.equal(digests.tableDigest);
    expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.include({ agreedBy: [1, 2, 4], versions });
  });

  it("takes the newest of one manager alone when it is asked to, and says so", async () => {
    await writeManager(data, 3, { words, checkpoints: [checkpointAt(2), checkpointAt(4)] });
    const { digests, agreedBy } = await exportSnapshot({ dataDirectory: data, file, versions, slot: 3 });
    expect([digests.n, agreedBy]).to.deep.equal([4, [3]]);
  });

  it("waits for a checkpoint at or behind a number", async () => {
    const both = { words, checkpoints: [checkpointAt(2)] };
    await writeManager(data, 1, both);
    await writeManager(data, 2, both);
    const exporting = exportSnapshot({ dataDirectory: data, file, versions, atLeast: 4 });
    for (const slot of [3, 4] as const) await writeManager(data, slot, { words, checkpoints: [checkpointAt(5)] });
    expect((await exporting).digests.n).to.equal(5);
  });

  it("refuses when no two agree, and never writes over a file", async () => {
    await writeManager(data, 1, { words, checkpoints: [checkpointAt(4)] });
    await writeManager(data, 2, { words, checkpoints: [checkpointAt(4, "wrong")] });
    const message = (options: object) =>
      exportSnapshot({ dataDirectory: data, file, versions, ...options }).then(
        () => expect.fail("it is refused"),
        (error: Error) => {
          expect(error).to.be.instanceOf(NothingToExport);
          return error.message;
        },
      );
    expect(await message({})).to.include("no two managers have a checkpoint in common");
    expect(await message({ slot: 4 })).to.include("manager 4 has no checkpoint");
    expect(readdirSync(folder)).to.deep.equal(["data"]);
    writeFileSync(file, "mine");
    expect(await message({ slot: 1 })).to.include("is there already");
    expect(readFileSync(file, "utf8")).to.equal("mine");
  });

  it("counts each manager that has the very same checkpoint, in whatever order they come", () => {
    const found = (n: number, kind: string, slot: 1 | 2 | 3 | 4) => ({
      digests: checkpointAt(n, kind).digests,
      agreedBy: [slot],
    });
    const all = [found(1, "a", 2), found(3, "b", 4), found(3, "a", 3), found(3, "b", 1), found(1, "a", 1)];
    expect(newestAgreed(all, 2)).to.deep.include({ digests: checkpointAt(3, "b").digests, agreedBy: [1, 4] });
    expect(newestAgreed(all, 3)).to.equal(undefined);
  });
});

describe("the import of a snapshot", () => {
  let folder = "";
  let data = "";
  let file = "";

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "quartet-import-"));
    [data, file] = [join(folder, "data"), join(folder, "backup.json")];
    const from = join(folder, "from");
    for (const slot of [1, 2] as const) await writeManager(from, slot, { words, checkpoints: [checkpointAt(4)] });
    await exportSnapshot({ dataDirectory: from, file, versions });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("makes four managers of different incarnations that hold exactly that and go on behind it", async () => {
    const { digests } = await importSnapshot(file, data);
    const { isRight, managers } = await verifyData(data);
    expect(isRight).to.equal(true);
    expect(new Set(managers.map(({ incarnation }) => incarnation)).size).to.equal(4);
    for (const slot of slots) {
      const recovered = await readRecovered(data, slot);
      const { state, table, time } = checkpointAt(4);
      expect(recovered).to.deep.include({ snapshots: [{ digests, time, state }], table, entries: [] });
      expect(recovered?.summary).to.deep.include({
        base: 4,
        last: 4,
        commitPoint: 4,
        baseDigest: digests.historyDigest,
        promised: null,
        adoption: null,
      });
    }
  });

  it("gives the same file when it is exported again", async () => {
    await importSnapshot(file, data);
    const again = join(folder, "again.json");
    await exportSnapshot({ dataDirectory: data, file: again, versions });
    const withoutSource = (path: string) =>
      readFileSync(path, "utf8").replace(/"agreedBy":\[[\d,]+\]|"sha256":"\w+"/g, "");
    expect(withoutSource(again)).to.equal(withoutSource(file));
  });

  it("refuses a directory that is not empty and touches nothing in it", async () => {
    mkdirSync(data);
    writeFileSync(join(data, "cluster.key"), "mine");
    const error = await importSnapshot(file, data).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(ImportRefused);
    expect(readdirSync(data)).to.deep.equal(["cluster.key"]);
  });

  it("leaves nothing behind when it fails in the middle", async () => {
    const importing = importSnapshot(file, data).then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason,
    );
    while (!existsSync(join(data, "manager-2"))) await setImmediate();
    writeFileSync(join(data, "manager-3"), "in the way");
    expect((await importing)?.code).to.be.oneOf(["EEXIST", "ENOTDIR"]);
    expect(readdirSync(data)).to.deep.equal([]);
  });

  it("refuses a file with one wrong byte before it makes anything", async () => {
    writeFileSync(file, readFileSync(file, "utf8").replace('"right",4', '"right",5'));
    const error = await importSnapshot(file, data).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error).to.be.instanceOf(ImportRefused);
    expect(readdirSync(folder)).to.not.include("data");
  });
});
