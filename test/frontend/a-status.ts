import type { FrontendConfig } from "../../frontend/config.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";

const nonce = "0".repeat(32);

/** What a front end with two sequencers is told when it is made. */
export const aConfig: FrontendConfig = {
  id: "aa",
  pid: 8,
  address: "f:1",
  managers: { 1: "m1:1", 2: "m2:1", 3: "m3:1", 4: "m4:1" },
  limits: defaultLimits,
  quorums: defaultQuorums,
  sha256: () => nonce,
  seed: 1,
};

/** The word of a manager that votes, or what is given. */
export function aManagerStatus(
  slot: number,
  given: Partial<MessageOf<"managerStatus">> = {},
): MessageOf<"managerStatus"> {
  return {
    kind: "managerStatus",
    slot,
    incarnation: `${slot}`.repeat(32),
    generation: 1,
    pid: 10 + slot,
    state: "voting",
    version: "table",
    replicaPid: 20 + slot,
    epoch: { number: 3, nonce },
    promised: { number: 3, nonce },
    isMember: true,
    hasRoom: true,
    last: 7,
    executed: 7,
    durable: 7,
    progress: null,
    replacements: 0,
    lastReplacement: null,
    checkpoint: null,
    fault: null,
    shadow: null,
    dropped: { badMac: 0, malformed: 0, otherEpoch: 0 },
    ...given,
  };
}

/** The word of a sequencer that leads that epoch, or what is given. */
export function aSequencerStatus(
  id: number,
  epochNumber: number,
  given: Partial<MessageOf<"sequencerStatus">> = {},
): MessageOf<"sequencerStatus"> {
  return {
    kind: "sequencerStatus",
    id,
    pid: id,
    epoch: { number: epochNumber, nonce },
    state: "active",
    members: [],
    strangers: [],
    last: 10 * epochNumber,
    commitPoint: 0,
    time: 1000 * epochNumber,
    businessDate: `2023-05-0${epochNumber}`,
    stored: [],
    dropped: { badMac: 0, malformed: 0, busy: 0 },
    ...given,
  };
}
