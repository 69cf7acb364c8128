import { expect } from "chai";
import { contradictionIn, defaultLimits, type Limits } from "../../protocol/limits.ts";

describe("limits", () => {
  it("do not contradict each other by default", () => {
    expect(contradictionIn(defaultLimits)).to.equal(undefined);
  });

  const borders: readonly (readonly [right: Partial<Limits>, wrong: Partial<Limits>, message: string])[] = [
    [
      { windowEntriesMax: 8192 },
      { windowEntriesMax: 8193 },
      "ringEntriesMax (8192) is less than windowEntriesMax (8193): what no two managers have stored could not be sent again",
    ],
    [
      { admitAfterMs: 1000 },
      { admitAfterMs: 999 },
      "admitAfterMs (999) is less than 2 times storedEveryMs (500): a member that is there would be missed before it is heard",
    ],
    [
      { heartbeatMs: 150 },
      { heartbeatMs: 151 },
      "sequencerSilenceMs (150) is less than heartbeatMs (151): a sequencer that is there would be missed before it is heard",
    ],
    [
      { logEntriesMax: 1000 },
      { logEntriesMax: 999 },
      "logEntriesMax (999) is less than checkpointEveryEntries (1000): a log would be full before it can be cut",
    ],
    [
      { logBatchBytesMax: 256, logFileBytes: 1024 },
      { logBatchBytesMax: 256, logFileBytes: 1023 },
      "logFileBytes (1023) is less than 4 times logBatchBytesMax (256): what is written at once would not fit into a file of the log",
    ],
    [
      { replicaMemoryMiB: 2048 },
      { replicaMemoryMiB: 2047 },
      "replicaMemoryMiB (2047) is less than replicaHeapMiB (2048): a replica would be without memory before its heap is full",
    ],
    [
      { reassemblyBytesMax: 8_388_608 },
      { reassemblyBytesMax: 8_388_607 },
      "reassemblyBytesMax (8388607) is less than messageBytesMax (8388608): the largest messages could not be put together again",
    ],
    [
      { discoverEveryMs: 15_000 },
      { discoverEveryMs: 15_001 },
      "forgetMs (30000) is less than 2 times discoverEveryMs (15001): a process that is there would be forgotten before it is heard",
    ],
    [
      { discoverBackoffMs: [50, 50] },
      { discoverBackoffMs: [50, 49] },
      "discoverBackoffMs (50, 49) ends before it begins",
    ],
    [{ patienceMs: [50, 50] }, { patienceMs: [50, 49] }, "patienceMs (50, 49) ends before it begins"],
  ];
  for (const [right, wrong, message] of borders) {
    it(`may be ${JSON.stringify(right)}; of ${JSON.stringify(wrong)} it is said what contradicts it`, () => {
      expect(contradictionIn({ ...defaultLimits, ...right })).to.equal(undefined);
      expect(contradictionIn({ ...defaultLimits, ...wrong })).to.equal(message);
    });
  }
});
