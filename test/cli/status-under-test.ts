import type { ManagerStatus, SequencerStatus, ServiceStatus } from "../../cli/service-status.ts";
import type { ManagerView, StatusView } from "../../frontend/status-view.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";

const at = Date.UTC(2023, 4, 12, 10);
const digest = "ab".repeat(32);

const epoch = { number: 3, nonce: "00112233445566778899aabbccddeeff" };

const manager: ManagerView = {
  slot: 1,
  incarnation: "00".repeat(16),
  pid: 11,
  state: "voting",
  isMember: true,
  hasRoom: true,
  progress: null,
  version: "table",
  replicaPid: 21,
  epoch,
  executed: 120,
  durable: 120,
  lagRequests: 0,
  lagMs: 0,
  wrongInARow: 0,
  isSilent: false,
  replacements: 0,
  lastReplacement: null,
  checkpoint: { sequence: 100, digest },
  shadow: null,
  ageMs: 20,
};

/** A cluster with a standby that is silent, in which two managers vote, one is suspect and one was never heard. */
export const viewUnderTest: StatusView = {
  epoch,
  sequence: 120,
  newest: { sequence: 120, ageMs: 20 },
  businessDate: "2023-05-12",
  quorum: defaultQuorums,
  agreement: "2 of 4",
  sequencers: [
    { id: 2, state: "unreachable", pid: 6, epoch: { ...epoch, number: 2 }, ageMs: 12_340 },
    { id: 1, state: "active", pid: 7, epoch, ageMs: 20 },
  ],
  frontends: [{ id: "aa", pid: 8 }],
  managers: [
    manager,
    {
      ...manager,
      slot: 2,
      version: "ledger",
      state: "suspect",
      executed: 119,
      lagRequests: 1,
      lagMs: 250,
      wrongInARow: 2,
      checkpoint: null,
    },
    {
      ...manager,
      slot: 3,
      version: "grid",
      executed: 121,
      replacements: 1,
      lastReplacement: { cause: "wrong answers", from: "sql", to: "grid", at, tookMs: 250 },
      checkpoint: null,
    },
    {
      ...manager,
      slot: 4,
      version: null,
      state: "unreachable",
      epoch: null,
      executed: 0,
      lagRequests: null,
      lagMs: null,
      ageMs: null,
      replacements: 1,
      lastReplacement: { cause: "silent", from: "table", to: "sql", at, tookMs: null },
      checkpoint: null,
    },
  ],
  faults: [{ id: "f1", slot: 2, fault: "hang", until: at + 60_000, owner: "" }],
  counts: {
    answered: 1,
    refused: 0,
    noAgreement: 0,
    chargesWrong: 1,
    chargesSilent: 0,
    dropped: { badMac: 0, malformed: 0 },
  },
  isReady: true,
};

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** The same as the JSON interface shows it: with times as text. */
export const statusUnderTest: ServiceStatus = {
  ...viewUnderTest,
  faults: viewUnderTest.faults.map((fault) => ({ ...fault, until: isoTime(fault.until) })),
  managers: viewUnderTest.managers.map(({ lastReplacement, ...rest }) => ({
    ...rest,
    lastReplacement: lastReplacement === null ? null : { ...lastReplacement, at: isoTime(lastReplacement.at) },
  })),
};

const [well] = statusUnderTest.managers as readonly [ManagerStatus];
const versions = ["table", "ledger", "table", "ledger"];
const [standby, active] = statusUnderTest.sequencers as readonly [SequencerStatus, SequencerStatus];

/** The same service when all is well: four managers vote, two of each version, and a sequencer stands by. */
export const healthyStatus: ServiceStatus = {
  ...statusUnderTest,
  agreement: "4 of 4",
  sequencers: [{ ...standby, state: "standby", epoch: statusUnderTest.epoch, ageMs: 20 }, active],
  managers: [1, 2, 3, 4].map((slot) => ({ ...well, slot, version: versions[slot - 1] as string })),
  faults: [],
};
