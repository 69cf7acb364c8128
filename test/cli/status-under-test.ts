import type { ServiceStatus } from "../../cli/service-status.ts";
import type { ManagerView, StatusView } from "../../frontend/status-view.ts";

const at = Date.UTC(2023, 4, 12, 10);
const digest = "ab".repeat(32);

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
  executed: 120,
  durable: 120,
  wrongInARow: 0,
  replacements: 0,
  lastReplacement: null,
  checkpoint: { sequence: 100, digest },
  ageMs: 20,
};

/** A cluster in which two managers vote, one is suspect and one is not heard of. */
export const viewUnderTest: StatusView = {
  epoch: { number: 3, nonce: "00112233445566778899aabbccddeeff" },
  sequence: 120,
  businessDate: "2023-05-12",
  agreement: "2 of 4",
  sequencers: [{ id: 1, state: "active", pid: 7 }],
  frontends: [{ id: "aa", pid: 8 }],
  managers: [
    manager,
    { ...manager, slot: 2, version: "ledger", state: "suspect", executed: 119, wrongInARow: 2, checkpoint: null },
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
      executed: 0,
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
