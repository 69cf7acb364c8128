import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { sha256 } from "../../../io/sha256.ts";
import { type ManagerStorage, openManagerStorage } from "../../../io/storage/manager-storage.ts";
import { verifyLog } from "../../../io/storage/verify-log.ts";
import { Chance } from "../../../protocol/chance.ts";
import { defaultLimits } from "../../../protocol/limits.ts";
import { until } from "../../sequencer/until.ts";
import { anInterval, aSnapshot, emptyHistory, entriesBehind, withRecord } from "./a-history.ts";

const program = fileURLToPath(new URL("appending-process.js", import.meta.url));
const kills = 8;
const limits = { ...defaultLimits, logFileBytes: 256 * 1024, logBatchBytesMax: 64 * 1024, logSealMs: 5 };

describe("the storage of a manager on the disk of this machine", () => {
  let parent: string;
  let directory: string;
  let children: ChildProcess[];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "quartet-storage-"));
    directory = join(parent, "data", "manager-1");
    children = [];
  });

  afterEach(() => {
    for (const child of children) child.kill("SIGKILL");
    rmSync(parent, { recursive: true });
  });

  function open(notes: string[] = [], onAppended: (position: number) => void = () => {}): Promise<ManagerStorage> {
    return openManagerStorage(directory, {
      limits,
      sha256,
      onProgress: () => {},
      onAppended,
      onSaved: (checkpoint) => notes.push(`saved ${checkpoint.n}`),
      onRoom: () => {},
      onFailed: (error) => {
        throw error;
      },
      note: ({ level, text }) => notes.push(`${level} ${text}`),
    });
  }

  /** Appends in a process of its own, and kills it once it has said that so many more are durable. */
  async function appendUntilKilled(count: number): Promise<number> {
    const child = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    let told: number[] = [];
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      told = text.slice(0, text.lastIndexOf("\n")).split("\n").map(Number);
      if (told.at(-1)! - told[0]! >= count) child.kill("SIGKILL");
    });
    await once(child, "close");
    return told.at(-1)!;
  }

  it("has every record that was said to be durable, however often its process is killed", async () => {
    const chance = new Chance(1);
    let durable = 0;
    for (let kill = 0; kill < kills; kill++) {
      const told = await appendUntilKilled(chance.between(1, 1500));
      expect(told).to.be.above(durable);
      const { damage, last, incarnation } = await verifyLog(directory, sha256);
      expect([damage, last! >= told]).to.deep.equal([null, true]);
      expect(incarnation).not.to.equal(null);
      durable = told;
    }
    const storage = await open();
    expect(storage.recovered.entries.length).to.be.at.least(durable);
    expect(readdirSync(join(parent, "data"))).to.deep.equal(["manager-1"]);
    await storage.close();
  }).timeout(60_000);

  it("is verified while it is written, again and again, and never looks damaged", async () => {
    const killed = appendUntilKilled(20_000);
    let count = 0;
    const isThere = () => verifyLog(directory, sha256).then(({ last }) => last !== null);
    while (!(await isThere()));
    for (; count < 8; count++) expect((await verifyLog(directory, sha256)).damage).to.equal(null);
    children[0]!.kill("SIGKILL");
    await killed;
  }).timeout(60_000);

  it("is free as soon as the process that had it is killed", async () => {
    const child = spawn(process.execPath, [program, directory], { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout, "data");
    const refused = await open().catch((error: Error) => error.message);
    expect(refused).to.include(`${directory} is in use by process ${child.pid};`);
    child.kill("SIGKILL");
    await once(child, "close");
    await (await open()).close();
  });

  it("is taken though its process id cannot be written down, as on a disk without room", async () => {
    mkdirSync(join(directory, "lock"), { recursive: true });
    const storage = await open();
    expect(await open().catch((error: Error) => error.message)).to.include("is in use by another process;");
    await storage.close();
  });

  it("stores snapshots and tables and takes them away, with nothing left over", async () => {
    const notes: string[] = [];
    let durable = 0;
    const storage = await open(notes, (position) => (durable = position));
    const records = entriesBehind(emptyHistory, 3);
    const history = records.reduce((at, record) => withRecord(at, record), emptyHistory);
    const interval = anInterval(3, "0".repeat(64), Buffer.alloc(100_000, "rows "));
    const snapshot = aSnapshot(history, interval.digest, "ünïcödé 🎬 ".repeat(10_000));
    storage.append(records);
    storage.save(aSnapshot(history), []);
    storage.save(snapshot, [interval]);
    await until("both are saved", () => notes.filter((note) => note === "saved 3").length === 2);
    const checkpoint = { ...snapshot.digests, time: snapshot.time };
    storage.append([
      { kind: "checkpoint", ...checkpoint },
      { kind: "cut", n: 3, historyDigest: snapshot.digests.historyDigest },
    ]);
    storage.keep({ cut: 3, checkpoints: [checkpoint], intervals: [interval.digest] });
    await until("all is durable", () => durable === 5);
    await storage.close();
    expect(readdirSync(join(directory, "snapshots"))).to.have.lengthOf(1);
    const again = await open(notes);
    expect(again.recovered.snapshots).to.deep.equal([snapshot]);
    expect(again.recovered.table.map((own) => ({ ...own, bytes: Buffer.from(own.bytes) }))).to.deep.equal([interval]);
    expect(again.recovered.entries).to.deep.equal([]);
    await again.close();
  });
});
