import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { WholeCheckpoint } from "../../cluster/snapshot-file.ts";
import { type DataReport, verifyData } from "../../cluster/verify-data.ts";
import { sha256 } from "../../io/sha256.ts";
import { writeImportedDirectory } from "../../io/storage/new-directory.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import { aCheckpoint } from "./a-checkpoint.ts";
import { type Stored, writeManager } from "./a-data-directory.ts";

const words = ["a", "b", "c", "d", "e"];

describe("the verification of data", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "quartet-verify-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes the data of these managers and verifies it. */
  async function verify(...stored: readonly Stored[]): Promise<DataReport> {
    for (const [at, one] of stored.entries()) await writeManager(folder, (at + 1) as Slot, one);
    return verifyData(folder);
  }

  /** Changes one byte of the first batch of records behind the summary in the log of a manager. */
  function damageLog(slot: Slot): void {
    const path = join(folder, `manager-${slot}`, "log", "00000001.log");
    const bytes = readFileSync(path);
    const at = bytes.indexOf("ATWC1234");
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(path, bytes);
  }

  it("finds the same history at the last common number, and who is behind", async () => {
    const all = { words, commitPoint: 3, epoch: 2 };
    const { isRight, managers, comparisons } = await verify(all, all, { ...all, words: words.slice(0, 4) }, all);
    expect(isRight).to.equal(true);
    expect(
      managers.map(({ condition, adopted, end, commitPoint }) => [condition, adopted?.number, end.n, commitPoint]),
    ).to.deep.equal([
      ["right", 2, 5, 3],
      ["right", 2, 5, 3],
      ["right", 2, 4, 3],
      ["right", 2, 5, 3],
    ]);
    expect(new Set(managers.map(({ end }) => end.historyDigest)).size).to.equal(2);
    expect(comparisons.map(({ slot, at, behind, verdict }) => [slot, at, behind, verdict])).to.deep.equal([
      [2, 5, 0, "equal"],
      [3, 4, 1, "equal"],
      [4, 5, 0, "equal"],
    ]);
  });

  it("changes nothing on the disk", async () => {
    await verify({ words }, { words }, { words }, { words, checkpoints: [aCheckpoint()] });
    const files = () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name)).toString("base64")]);
    const before = files();
    await verifyData(folder);
    expect(files()).to.deep.equal(before);
  });

  it("finds two histories of one epoch different", async () => {
    const other = { words: ["a", "x", "c", "d", "e"] };
    const { isRight, comparisons } = await verify({ words }, { words }, other, { words });
    expect(isRight).to.equal(false);
    expect(comparisons[1]).to.deep.include({ slot: 3, with: 1, verdict: "different", what: "another history at 5" });
  });

  it("takes an end of an earlier epoch that was never confirmed for what it is", async () => {
    const ahead = { words, epoch: 2, commitPoint: 5 };
    const behind = { words: ["a", "b", "x", "y", "z", "w"], epoch: 1, commitPoint: 2 };
    const { isRight, comparisons } = await verify(ahead, ahead, ahead, behind);
    expect(comparisons[2]).to.include({ slot: 4, with: 1, verdict: "unconfirmed" });
    expect(isRight).to.equal(true);
  });

  it("compares no states of two histories", async () => {
    const at5 = { ...aCheckpoint(), digests: { ...aCheckpoint().digests, n: 5 } };
    const ahead = { words, epoch: 2, commitPoint: 5, checkpoints: [at5] };
    const behind = { words: ["a", "b", "x", "y", "z"], epoch: 1, commitPoint: 2, checkpoints: [at5] };
    const { comparisons } = await verify(ahead, ahead, ahead, behind);
    expect(comparisons[2]).to.include({ slot: 4, verdict: "unconfirmed" });
  });

  it("knows nothing of a log that begins behind the end of the other one", async () => {
    await writeManager(folder, 1, { words });
    const { table, ...snapshot } = aCheckpoint();
    const options = { sha256, logFileBytes: defaultLimits.logFileBytes };
    await writeImportedDirectory(join(folder, "manager-2"), { snapshot, table }, options);
    const { comparisons } = await verifyData(folder);
    expect(comparisons).to.deep.equal([{ slot: 2, with: 1, at: 5, behind: 0, verdict: "unknown", what: null }]);
  });

  it("finds a confirmed end of an earlier epoch different", async () => {
    const ahead = { words, epoch: 2, commitPoint: 5 };
    const behind = { words: ["a", "b", "x", "y"], epoch: 1, commitPoint: 3 };
    const { isRight, comparisons } = await verify(ahead, ahead, ahead, behind);
    expect(comparisons[2]).to.include({ verdict: "different" });
    expect(isRight).to.equal(false);
  });

  it("finds another state behind the same history different", async () => {
    const behind = (checkpoint: WholeCheckpoint): Stored => ({
      words,
      checkpoints: [{ ...checkpoint, digests: { ...checkpoint.digests, n: 5 } }],
    });
    const [one, two] = [behind(aCheckpoint()), behind(aCheckpoint({ state: "[[],[]]" }))];
    const { isRight, comparisons } = await verify(one, two, one, one);
    expect(comparisons[0]).to.include({ slot: 2, verdict: "different" });
    expect(comparisons[0]?.what).to.include("another state");
    expect(comparisons[1]).to.include({ slot: 3, verdict: "equal" });
    expect(isRight).to.equal(false);
  });

  it("says which file is damaged and where, and compares the others", async () => {
    await verify({ words }, { words }, { words }, { words });
    damageLog(2);
    const { isRight, managers, comparisons } = await verifyData(folder);
    expect(isRight).to.equal(false);
    expect(managers.map(({ condition }) => condition)).to.deep.equal(["right", "damaged", "right", "right"]);
    expect(managers[1]?.damage?.file).to.equal("log/00000001.log");
    expect(managers[1]?.damage?.offset).to.be.above(0);
    expect(comparisons.map(({ slot }) => slot)).to.deep.equal([3, 4]);
  });

  it("finds a torn end harmless", async () => {
    await verify({ words }, { words }, { words }, { words });
    const path = join(folder, "manager-1", "log", "00000001.log");
    const bytes = readFileSync(path);
    let end = bytes.length;
    while (bytes[end - 1] === 0) end--;
    bytes.write("half", end + 64);
    writeFileSync(path, bytes);
    const { isRight, managers } = await verifyData(folder);
    expect(isRight).to.equal(true);
    expect(managers[0]?.tornTail).to.include({ file: "log/00000001.log" });
  });

  it("says which managers have no data", async () => {
    const { isRight, managers } = await verify({ words }, { words }, { words });
    expect(isRight).to.equal(false);
    expect(managers[3]).to.include({ condition: "missing", incarnation: null });
  });

  it("looks at one manager alone when it is asked to", async () => {
    await verify({ words }, { words: ["x"] });
    for (const slot of slots.slice(0, 2)) {
      const { isRight, managers } = await verifyData(folder, slot);
      expect([isRight, managers.map((manager) => manager.slot)]).to.deep.equal([true, [slot]]);
    }
  });

  it("names the directories that were set aside", async () => {
    mkdirSync(join(folder, "manager-2.damaged-20230512T100000Z"));
    expect((await verifyData(folder)).setAside).to.deep.equal(["manager-2.damaged-20230512T100000Z"]);
  });
});
