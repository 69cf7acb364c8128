import type { CheckpointDigests } from "../../protocol/checkpoint.ts";
import type { Sha256 } from "../../protocol/role.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";

/** Folders of a manager's directory. */
export const folders = { log: "log", snapshots: "snapshots", table: "table" } as const;

const logDigits = 8;
/** As many as the largest number has. */
const sequenceDigits = 16;
const digestDigits = 16;

/** Name of a log file, from number 1: names sort like numbers. */
export function logFileName(number: number): string {
  return `${String(number).padStart(logDigits, "0")}.log`;
}

/** The number of a log file, or `undefined` for any other name. */
export function logFileNumber(name: string): number | undefined {
  const digits = /^(\d{8,})\.log$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Name of a snapshot: its number and what tells apart two of the same number, all of their digests. */
export function snapshotFileName(digests: CheckpointDigests, sha256: Sha256): string {
  const { n, historyDigest, stateDigest, tableDigest } = digests;
  const key = sha256(`${historyDigest} ${stateDigest} ${tableDigest}`).slice(0, digestDigits);
  return `${String(n).padStart(sequenceDigits, "0")}-${key}.json`;
}

/** Name of an interval of the client table: its last number and its digest. */
export function intervalFileName({ n, digest }: Pick<TableInterval, "n" | "digest">): string {
  return `${String(n).padStart(sequenceDigits, "0")}-${digest.slice(0, digestDigits)}.rows`;
}
