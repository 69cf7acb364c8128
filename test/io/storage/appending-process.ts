import { sha256 } from "../../../io/sha256.ts";
import { openManagerStorage } from "../../../io/storage/manager-storage.ts";
import { defaultLimits } from "../../../protocol/limits.ts";
import { type History, nextEntry, withRecord } from "./a-history.ts";

const aheadMax = 64;
const [, , directory] = process.argv as [string, string, string];

/**
 * Appends entries to the log of a directory without an end, up to `aheadMax` of them under way, and writes down the last
 * number that is durable, a line each.
 */
const storage = await openManagerStorage(directory, {
  limits: { ...defaultLimits, logFileBytes: 256 * 1024, logBatchBytesMax: 64 * 1024 },
  sha256,
  onProgress: () => {},
  onAppended: (position) => {
    process.stdout.write(`${first + position}\n`);
    fill(position);
  },
  onSaved: () => {},
  onRoom: () => {},
  onFailed: (error) => process.stderr.write(String(error)),
  note: ({ text }) => process.stderr.write(`${text}\n`),
});
let history: History = storage.recovered;
const first = history.summary.last;
process.stdout.write(`${first}\n`);
// The timers of a storage keep no process alive, and neither does its lock.
setInterval(() => {}, 1000);
fill(0);

function fill(position: number): void {
  while (history.summary.last - first < position + aheadMax) {
    const record = nextEntry(history, "x".repeat(history.summary.last % 200));
    history = shorter(withRecord(history, record));
    storage.append([record]);
  }
}

/** Only the last entry is needed for the next one. */
function shorter({ summary, entries }: History): History {
  return { summary, entries: entries.slice(-1) };
}
