import { expect } from "chai";
import { sha256 } from "../../../io/sha256.ts";
import { createLogFile } from "../../../io/storage/log-files.ts";
import { LogFold } from "../../../io/storage/log-fold.ts";
import { batchHeaderBytes, checksumSeed, fillBatchHeader } from "../../../io/storage/log-format.ts";
import { findLogFiles, type LogEnd, readLog } from "../../../io/storage/log-reader.ts";
import { Reading } from "../../../io/storage/reading.ts";
import { ByteWriter } from "../../../protocol/bytes.ts";
import type { Entry } from "../../../protocol/entry.ts";
import { emptySummary, type LogRecord, logRecord } from "../../../protocol/log-record.ts";
import { emptyHistory, entriesBehind, withRecord } from "./a-history.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { directory } from "./storage-under-test.ts";

const incarnation = "1".repeat(32);
const summary: LogRecord = { kind: "summary", ...emptySummary };
const entries = entriesBehind(emptyHistory, 9);
const history = entries.reduce((at, record) => withRecord(at, record), emptyHistory);

/** A batch of that number with these records. */
type BatchOf = readonly [number: number, ...records: LogRecord[]];

function bytesOf(file: number, [number, ...records]: BatchOf): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(batchHeaderBytes));
  for (const record of records) logRecord.write(writer, record);
  const bytes = writer.finish();
  fillBatchHeader(bytes, number, records.length, checksumSeed({ incarnation, number: file }));
  return bytes;
}

/** Reads a log of files, each with these batches: whole ones all of them, with valid checksums. */
async function read(files: readonly (readonly BatchOf[])[]): Promise<{ log: LogEnd; entries: readonly Entry[] }> {
  const disk = new SimulatedDisk();
  await disk.makeDirectory(`${directory}/log`);
  for (const [index, batches] of files.entries()) {
    const content = Buffer.concat(batches.map((batch) => bytesOf(index + 1, batch)));
    await disk.until(createLogFile({ disk, directory, incarnation, fileBytes: 8192 }, index + 1, content));
  }
  const reading = new Reading({ disk, directory, sha256 });
  const fold = new LogFold();
  const readAll = async () => {
    const log = await readLog(await findLogFiles(reading), incarnation, fold, reading);
    return { log, entries: await fold.finish(reading) };
  };
  return disk.until(readAll());
}

async function damageOf(...files: readonly (readonly BatchOf[])[]): Promise<string> {
  return read(files).then(
    () => "no damage",
    (error: Error) => error.message,
  );
}

const at = (from: number, to: number): readonly LogRecord[] => entries.slice(from - 1, to);
const summaryAt = (last: number): LogRecord => ({ kind: "summary", ...emptySummary, last });

describe("the reader of a log", () => {
  it("reads batches over several files, and says where the log goes on", async () => {
    const { log, entries } = await read([[[1, summary], [2, ...at(1, 3)], [3]], [[4, summaryAt(3), ...at(4, 9)]], []]);
    expect(entries).to.deep.equal(history.entries);
    expect(log).to.deep.include({ nextBatch: 5, batches: 4, isSealed: false, torn: undefined, leftovers: [] });
    expect(log.used.map(({ number, entryMax }) => [number, entryMax])).to.deep.equal([
      [1, 3],
      [2, 9],
    ]);
    expect(log.spares).to.deep.equal([{ number: 3, bytes: 8192 }]);
  });

  it("finds a batch that is missing, comes twice, or stands behind a file without any", async () => {
    expect(
      await damageOf([
        [1, summary],
        [3, ...at(1, 1)],
      ]),
    ).to.match(/^batch 3 follows batch 1/);
    expect(
      await damageOf([
        [1, summary],
        [1, ...at(1, 1)],
      ]),
    ).to.match(/^batch 1 follows batch 1/);
    expect(await damageOf([[1, summary]], [], [[2, summary]])).to.match(
      /not whole, and batch 2 behind it is .*00000002.log/,
    );
  });

  it("finds a file that begins without a summary, or with another one than the files before come to", async () => {
    expect(await damageOf([[1, ...at(1, 1)]])).to.match(/does not begin with a summary/);
    expect(
      await damageOf(
        [
          [1, summary],
          [2, ...at(1, 3)],
        ],
        [[3, ...at(4, 4)]],
      ),
    ).to.match(/does not begin with a summary/);
    expect(
      await damageOf(
        [
          [1, summary],
          [2, ...at(1, 3)],
        ],
        [[3, summaryAt(2)]],
      ),
    ).to.match(/not that of the files before/);
  });

  it("finds an entry that is missing, or follows from another history", async () => {
    expect(
      await damageOf([
        [1, summary],
        [2, ...at(1, 3), ...at(5, 6)],
      ]),
    ).to.match(/a record \(entry\) does not follow/);
    expect(await damageOf([[1, summaryAt(3), ...at(4, 6)]])).to.match(/from 1 to 6 only 3 are there/);
    expect(await damageOf([[1, summaryAt(6)]])).to.match(/from 1 to 6 only 0 are there/);
    const other = { ...entries[1]!, time: 5 } as LogRecord;
    expect(await damageOf([[1, summary, ...at(1, 1), other, ...at(3, 3)]])).to.match(/entry 2 does not follow/);
  });

  it("finds a checkpoint of another history", async () => {
    const digests = { stateDigest: "2".repeat(64), tableDigest: "3".repeat(64), historyDigest: "4".repeat(64) };
    const checkpoint: LogRecord = { kind: "checkpoint", n: 2, time: 1, ...digests };
    expect(await damageOf([[1, summary, ...at(1, 3), checkpoint]])).to.match(/checkpoint 2 is not of this log/);
  });

  it("needs no entry that was cut off, nor one that was rolled back", async () => {
    const { historyDigest } = entries[2] as Entry;
    const cut: LogRecord = { kind: "cut", n: 3, historyDigest };
    expect((await read([[[1, summaryAt(2), ...at(3, 6), cut]]])).entries).to.deep.equal(history.entries.slice(3, 6));
    const rollback: LogRecord = { kind: "rollback", n: 4 };
    expect((await read([[[1, summary, ...at(1, 8), rollback, ...at(5, 6)]]])).entries).to.deep.equal(
      history.entries.slice(0, 6),
    );
  });
});
