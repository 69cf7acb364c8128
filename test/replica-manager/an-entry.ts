import { sha256 } from "../../io/sha256.ts";
import type { Entry } from "../../protocol/entry.ts";
import { genesisDigest, historyDigest } from "../../protocol/history.ts";
import type { Digest, Epoch } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Command, Request } from "../../protocol/request.ts";
import type { ManagerConfig } from "../../replica-manager/config.ts";

/** A request for tickets; another number of tickets is another content. */
export function aRequest(requestId: string, tickets = 1, issuedAt = 0): Request {
  const args = `{"customerID":"ATWC1000","movieID":"ATWM130523","movieName":"Avatar","numberOfTickets":${tickets}}`;
  const command: Command = { kind: "operation", operation: "bookMovieTickets", args };
  return { requestId, caller: "ATWC1000", issuedAt, replyTo: "f:1", command };
}

/** The epoch of that number. */
export function anEpoch(number = 1): Epoch {
  return { number, nonce: `${number}`.padEnd(32, "e") };
}

/** An entry of the log; its history digest is made up. */
export function anEntry(n: number, request: Request = aRequest(`r${n}`), time = n): Entry {
  return { n, epoch: anEpoch(), time, businessDate: "2023-05-12", request, historyDigest: `h${n}` };
}

/** So many entries behind an end of a log, each with the history digest that follows from the one before. */
export function aRun(
  count: number,
  { last = 0, digest = genesisDigest, epoch = anEpoch() }: { last?: number; digest?: Digest; epoch?: Epoch } = {},
): readonly Entry[] {
  let before = digest;
  return Array.from({ length: count }, (_, index) => {
    const entry = { ...anEntry(last + 1 + index), epoch };
    before = historyDigest(sha256, before, entry, entry.request);
    return { ...entry, historyDigest: before };
  });
}

/** The configuration of the manager in slot 1. */
export function aConfig(limits: Partial<Limits> = {}): ManagerConfig {
  return {
    slot: 1,
    incarnation: "1".repeat(32),
    pid: 1,
    address: "m1:1",
    managers: { 1: "m1:1", 2: "m2:1", 3: "m3:1", 4: "m4:1" },
    versions: ["table", "ledger"],
    limits: { ...defaultLimits, ...limits },
    sha256,
    seed: 1,
    isLab: false,
  };
}
