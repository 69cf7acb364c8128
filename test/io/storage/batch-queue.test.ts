import { expect } from "chai";
import { BatchQueue } from "../../../io/storage/batch-queue.ts";
import { genesisDigest } from "../../../protocol/history.ts";
import { emptySummary, type LogRecord } from "../../../protocol/log-record.ts";
import { emptyHistory, entriesBehind, epochOf, nextEntry } from "./a-history.ts";

const batchBytesMax = 2048;
const restart: readonly LogRecord[] = [
  { kind: "restart", n: 99, historyDigest: genesisDigest },
  { kind: "commit", n: 99 },
];

describe("a queue of batches", () => {
  it("never tears apart what was added together, however much was there before", () => {
    let closedBefore = 0;
    for (let length = 1500; length < 2048; length++) {
      const queue = new BatchQueue(emptySummary, batchBytesMax);
      queue.add([nextEntry(emptyHistory, "x".repeat(length))], 1);
      queue.add(restart, 1);
      const first = queue.take()!;
      if (first.count === 1) closedBefore++;
      expect(first.count, `behind ${length} characters`).to.be.oneOf([1, 3]);
    }
    expect(closedBefore).to.be.within(1, 547);
  });

  it("makes several batches of much that was added at once, each behind what was before it", () => {
    const queue = new BatchQueue(emptySummary, batchBytesMax);
    queue.add(entriesBehind(emptyHistory, 30, "x".repeat(300)), 1);
    const taken = [];
    for (let batch = queue.take(); batch !== undefined; batch = queue.take()) taken.push(batch);
    expect(taken.length).to.be.above(5);
    let position = 0;
    for (const batch of taken) {
      expect(batch.bytes.length).to.be.below(2 * batchBytesMax);
      expect(batch.before.last).to.equal(position);
      position += batch.count;
      expect(batch).to.deep.include({ position, end: position, entryMax: position });
    }
    expect(position).to.equal(30);
    expect(queue.bytes).to.equal(0);
  });

  it("counts only records of callers, and waits for all", () => {
    const queue = new BatchQueue(emptySummary, batchBytesMax);
    queue.add([{ kind: "promise", epoch: epochOf(1) }], 1);
    queue.add([{ kind: "summary", ...queue.summary }], 0);
    expect(queue.bytes).to.be.above(0);
    expect(queue.take()).to.deep.include({ position: 1, end: 2, count: 2, entryMax: 0 });
    expect(queue.end).to.equal(2);
    expect(queue.take()).to.equal(undefined);
  });
});
