import { expect } from "chai";
import fc from "fast-check";
import { sha256 } from "../../../io/sha256.ts";
import { decodeIntervalFile, encodeIntervalFile } from "../../../io/storage/interval-file.ts";
import { batchHeaderBytes, fillBatchHeader, readBatch } from "../../../io/storage/log-format.ts";
import { decodeSnapshotFile, encodeSnapshotFile } from "../../../io/storage/snapshot-file.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { anInterval, aSnapshot, emptyHistory } from "./a-history.ts";

const interval = anInterval(7, genesisDigest, Buffer.from("some rows"));
const stored = { snapshot: aSnapshot(emptyHistory, "7".repeat(64), 'über "state": 🎬'), tableStart: genesisDigest };

/** True when no change of one byte is taken for what was written, and neither is a part of it. */
function isProven(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown): boolean {
  for (let at = 0; at < bytes.length; at++) {
    for (const bit of [1, 0x20, 0x80]) {
      if (read(bytes.with(at, bytes[at]! ^ bit)) !== undefined) return false;
    }
    if (read(bytes.subarray(0, at)) !== undefined) return false;
  }
  return read(Uint8Array.of(...bytes, 0)) === undefined;
}

describe("a file of the client table", () => {
  const bytes = Uint8Array.from(Buffer.concat(encodeIntervalFile(interval)));

  it("holds an interval, and is believed only as it was written", () => {
    const read = decodeIntervalFile(bytes, sha256);
    expect({ ...read, bytes: Buffer.from(read!.bytes) }).to.deep.equal(interval);
    expect(isProven(bytes, (changed) => decodeIntervalFile(changed, sha256))).to.equal(true);
  });

  it("is not believed when its digest is not that of its rows", () => {
    const wrong = Buffer.concat(encodeIntervalFile({ ...interval, digest: "7".repeat(64) }));
    expect(decodeIntervalFile(wrong, sha256)).to.equal(undefined);
  });
});

describe("a batch of a log file", () => {
  it("is believed only as it was written, in the file that it was written for", () => {
    const bytes = new Uint8Array(batchHeaderBytes + 20).fill(7);
    fillBatchHeader(bytes, 3, 2, 1);
    const read = (changed: Uint8Array, seed = 1) => {
      const at = readBatch(changed, 0, seed);
      return at.kind === "batch" ? at.batch : undefined;
    };
    expect(read(bytes)).to.deep.include({ number: 3, count: 2, offset: 0, end: bytes.length });
    for (let at = 0; at < bytes.length; at++)
      expect(read(bytes.with(at, bytes[at]! ^ 1)), `byte ${at}`).to.equal(undefined);
    expect(read(bytes, 2)).to.equal(undefined);
    const broken = readBatch(bytes.with(batchHeaderBytes, 8), 0, 1);
    expect(broken).to.deep.equal({ kind: "broken", end: bytes.length });
  });
});

describe("a file of a snapshot", () => {
  it("holds a snapshot with any state, and is a JSON text that holds it too", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, time) => {
        const snapshot = { ...stored.snapshot, time, state: JSON.stringify(value) };
        const bytes = encodeSnapshotFile({ ...stored, snapshot }, sha256);
        expect(decodeSnapshotFile(bytes, sha256)).to.deep.equal({ ...stored, snapshot });
        const { state, time: read } = JSON.parse(Buffer.from(bytes).toString()) as { state: unknown; time: number };
        expect([JSON.stringify(state), read]).to.deep.equal([JSON.stringify(JSON.parse(snapshot.state)), time]);
      }),
    );
  });

  it("is believed only as it was written", () => {
    const bytes = Uint8Array.from(encodeSnapshotFile(stored, sha256));
    expect(isProven(bytes, (changed) => decodeSnapshotFile(changed, sha256))).to.equal(true);
  });
});
