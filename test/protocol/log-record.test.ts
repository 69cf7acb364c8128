import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import { ByteReader, ByteWriter } from "../../protocol/bytes.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { type LogRecord, logRecord } from "../../protocol/log-record.ts";

const epoch = { number: 7, nonce: "ab".repeat(16) };
const digest = "cd".repeat(32);
const members = ["1", "2", "3", "4"].map((slot) => slot.repeat(32));
const adoption = { epoch, members, base: 41, baseDigest: genesisDigest };
const checkpoint = { n: 42, historyDigest: digest, stateDigest: digest, tableDigest: genesisDigest, time: 1000 };
const command = { kind: "operation", operation: "bookMovieTickets", args: '{"customerID":"ATWC1000"}' } as const;
const request = { requestId: "a", caller: "ATWC1000", issuedAt: 900, replyTo: "f1:1", command };

const oneOfEachKind: readonly LogRecord[] = [
  { kind: "entry", n: 42, epoch, time: 1000, businessDate: "2023-05-12", request, historyDigest: digest },
  { kind: "promise", epoch },
  { kind: "adoption", ...adoption },
  { kind: "rollback", n: 41 },
  { kind: "commit", n: 42 },
  { kind: "checkpoint", ...checkpoint },
  { kind: "restart", n: 42, historyDigest: digest },
  { kind: "cut", n: 42, historyDigest: digest },
  {
    kind: "summary",
    promised: epoch,
    adoption,
    commitPoint: 42,
    base: 41,
    baseDigest: digest,
    last: 42,
    checkpoints: [checkpoint],
  },
];

describe("the bytes of a log record", () => {
  it("stand for the same record again", () => {
    for (const record of oneOfEachKind) {
      const reader = new ByteReader(bytesOf([record]));
      expect(logRecord.read(reader)).to.deep.equal(record);
      expect(reader.isDone).to.equal(true);
    }
  });

  it("are those of format 1: logs on disks are read again by later versions", () => {
    // When this fails, old logs would count as damaged: raise `directoryFormat` in io/storage/identity.ts, and read both.
    expect(sha256(bytesOf(oneOfEachKind))).to.equal("30cd08cfa7c992cb4347cb0dadb1d6333d6e00d9abaf7e8a1ab5675d78883768");
  });
});

function bytesOf(records: readonly LogRecord[]): Uint8Array {
  const writer = new ByteWriter();
  for (const record of records) logRecord.write(writer, record);
  return writer.finish();
}
