import { mkdirSync } from "node:fs";
import { managerDirectory } from "../../cluster/data-directory.ts";
import type { WholeCheckpoint } from "../../cluster/snapshot-file.ts";
import { sha256 } from "../../io/sha256.ts";
import { openManagerStorage } from "../../io/storage/manager-storage.ts";
import type { Entry } from "../../protocol/entry.ts";
import { genesisDigest, historyDigest } from "../../protocol/history.ts";
import type { Epoch, Slot } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { LogRecord } from "../../protocol/log-record.ts";
import { canonicalArguments } from "../../protocol/operation.ts";
import type { Request } from "../../protocol/request.ts";

/** What one manager has stored. */
export interface Stored {
  readonly epoch?: number;
  /** One entry for each of them; logs with the same words up to somewhere have the same history up to there. */
  readonly words?: readonly string[];
  /** Makes a booking of each word, with the word as its id, instead of a checkpoint. */
  readonly areBookings?: boolean;
  /** Its log begins behind that number. */
  readonly base?: number;
  /** Up to where it knows that two have stored it. */
  readonly commitPoint?: number;
  readonly checkpoints?: readonly WholeCheckpoint[];
}

/** Writes the directory of a manager with a log of these entries, made in one epoch, and these checkpoints. */
export async function writeManager(dataDirectory: string, slot: Slot, stored: Stored = {}): Promise<void> {
  const { epoch = 1, words = [], areBookings = false, base = 0, commitPoint = 0, checkpoints = [] } = stored;
  const directory = managerDirectory(dataDirectory, slot);
  mkdirSync(dataDirectory, { recursive: true });
  let onSettled = () => {};
  const storage = await openManagerStorage(directory, {
    limits: { ...defaultLimits, logFileBytes: 4 * defaultLimits.logBatchBytesMax },
    sha256,
    onProgress: () => {},
    onAppended: () => onSettled(),
    onSaved: () => onSettled(),
    onRoom: () => {},
    onFailed: (error) => {
      throw error;
    },
    note: () => {},
  });
  const settled = () =>
    new Promise<void>((resolve) => {
      onSettled = resolve;
    });
  const entries = entriesOf(words, areBookings);
  const members = ["1", "2", "3", "4"].map((digit) => digit.repeat(32));
  const baseDigest = entries[base - 1]?.historyDigest ?? genesisDigest;
  const records: LogRecord[] = [
    { kind: "adoption", epoch: epochOf(epoch), members, base: 0, baseDigest: genesisDigest },
    ...(base === 0 ? [] : [{ kind: "restart", n: base, historyDigest: baseDigest } as const]),
    ...entries.slice(base).map((entry) => ({ kind: "entry", ...entry }) as const),
    { kind: "commit", n: commitPoint },
  ];
  const appended = settled();
  storage.append(records);
  await appended;
  for (const checkpoint of checkpoints) {
    const { table, ...snapshot } = withHistory(checkpoint, entries);
    const saved = settled();
    storage.save(snapshot, table);
    await saved;
    const known = settled();
    storage.append([{ kind: "checkpoint", ...snapshot.digests, time: snapshot.time }]);
    await known;
  }
  await storage.close();
}

/** A checkpoint behind an entry has the history of that entry. */
function withHistory(checkpoint: WholeCheckpoint, entries: readonly Entry[]): WholeCheckpoint {
  const { n } = checkpoint.digests;
  const digest = n === 0 ? genesisDigest : entries[n - 1]?.historyDigest;
  return { ...checkpoint, digests: { ...checkpoint.digests, historyDigest: digest ?? genesisDigest } };
}

const ticket = { customerID: "ATWC1234", movieID: "ATWM130523", movieName: "Avatar", numberOfTickets: 1 } as const;
const booking = {
  kind: "operation",
  operation: "bookMovieTickets",
  args: canonicalArguments("bookMovieTickets", ticket),
} as const;

function entriesOf(words: readonly string[], areBookings: boolean): readonly Entry[] {
  const entries: Entry[] = [];
  for (const [at, word] of words.entries()) {
    const request: Request = {
      requestId: word,
      caller: "ATWC1234",
      issuedAt: 1,
      replyTo: "f:1",
      command: areBookings ? booking : { kind: "checkpoint" },
    };
    const numbering = { n: at + 1, epoch: epochOf(1), time: 1000 + at, businessDate: "2023-05-12" };
    const before = entries.at(-1)?.historyDigest ?? genesisDigest;
    entries.push({ ...numbering, request, historyDigest: historyDigest(sha256, before, numbering, request) });
  }
  return entries;
}

function epochOf(number: number): Epoch {
  return { number, nonce: "0".repeat(32) };
}
