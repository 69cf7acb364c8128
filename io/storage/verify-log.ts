import { genesisDigest } from "../../protocol/history.ts";
import type { Digest, Epoch, Incarnation, Sequence } from "../../protocol/ids.ts";
import type { SavedCheckpoint } from "../../protocol/log-record.ts";
import type { Sha256 } from "../../protocol/role.ts";
import type { Disk } from "./disk.ts";
import { directoryFormat, readIdentity } from "./identity.ts";
import { folders, logFileName } from "./layout.ts";
import { LogFold } from "./log-fold.ts";
import { readBeside } from "./read-beside.ts";
import { type DirectoryContents, readDirectory } from "./read-directory.ts";
import { Reading } from "./reading.ts";
import { realDisk } from "./real-disk.ts";
import { Damage } from "./storage-errors.ts";

/** What a manager's directory holds, as plain data. */
export interface LogReport {
  readonly directory: string;
  readonly format: number;
  /** `null` where there is no manager's directory; then everything else is empty. */
  readonly incarnation: Incarnation | null;
  /** Log files with something in them. */
  readonly files: number;
  readonly batches: number;
  /** Records by their kind. */
  readonly records: Readonly<Record<string, number>>;
  /** The first and the last entry that is kept; `null` without any. */
  readonly first: Sequence | null;
  readonly last: Sequence | null;
  /** The last number of the log, kept or not, and the history digest there. */
  readonly end: { readonly n: Sequence; readonly historyDigest: Digest };
  readonly base: Sequence;
  readonly commitPoint: Sequence;
  readonly promised: Epoch | null;
  readonly adopted: Epoch | null;
  /** Those that are whole, oldest first. */
  readonly checkpoints: readonly SavedCheckpoint[];
  /** Intervals of the client table at the newest of them, and their rows. */
  readonly intervals: number;
  readonly rows: number;
  /** Bytes of all files that were read. */
  readonly bytes: number;
  /** Harmless: a write that was under way, and never acknowledged. */
  readonly tornTail: { readonly file: string; readonly offset: number; readonly bytes: number } | null;
  /** What is wrong and not needed, since something else stands for it. */
  readonly troubles: readonly string[];
  readonly damage: LogDamage | null;
}

/** What cannot be believed in a manager's directory, or cannot be read. */
export interface LogDamage {
  readonly what: string;
  readonly file: string;
  readonly offset: number;
  /** Of the platform, like `EACCES`, where a file could not be read; `null` where what was read is wrong. */
  readonly code: string | null;
}

/** Reads and checks a manager's directory, beside a running manager too, and changes nothing. */
export function verifyLog(directory: string, sha256: Sha256, disk: Disk = realDisk): Promise<LogReport> {
  return readBeside(
    () => verifyOnce(directory, sha256, disk),
    ({ damage }) => (damage === null ? undefined : JSON.stringify(damage)),
  );
}

async function verifyOnce(directory: string, sha256: Sha256, disk: Disk): Promise<LogReport> {
  const fold = new LogFold();
  const reading = new Reading({ disk, directory, sha256 });
  let incarnation: Incarnation | null = null;
  try {
    incarnation = (await readIdentity(disk, directory)) ?? null;
    if (incarnation === null) return { ...emptyReport, directory };
    const contents = await readDirectory(reading, incarnation, fold);
    return { ...foldReport(fold), ...contentsReport(contents), directory, incarnation, bytes: reading.total };
  } catch (error) {
    const damage = damageOf(error);
    return { ...emptyReport, ...foldReport(fold), directory, incarnation, bytes: reading.total, damage };
  }
}

const emptyReport = {
  format: directoryFormat,
  incarnation: null,
  files: 0,
  batches: 0,
  records: {},
  first: null,
  last: null,
  end: { n: 0, historyDigest: genesisDigest },
  base: 0,
  commitPoint: 0,
  promised: null,
  adopted: null,
  checkpoints: [],
  intervals: 0,
  rows: 0,
  bytes: 0,
  tornTail: null,
  troubles: [],
  damage: null,
} as const satisfies Omit<LogReport, "directory">;

/** A file that cannot be read, or went away, counts as damage of it. */
function damageOf(error: unknown): LogDamage {
  if (error instanceof Damage) {
    const { what, file, offset } = error;
    return { what, file, offset, code: null };
  }
  const { code, path } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) throw error;
  return { what: `it cannot be read (${code})`, file: path, offset: 0, code };
}

function foldReport({
  summary,
  counts,
}: LogFold): Pick<LogReport, "records" | "base" | "commitPoint" | "promised" | "adopted"> {
  const { base, commitPoint, promised, adoption } = summary;
  return { records: { ...counts }, base, commitPoint, promised, adopted: adoption?.epoch ?? null };
}

function contentsReport({ recovered, log, checkpoints }: DirectoryContents) {
  const { summary, entries, table } = recovered;
  const { torn, used, batches } = log;
  const tornTail = torn && {
    file: `${folders.log}/${logFileName(torn.number)}`,
    offset: torn.from,
    bytes: torn.to - torn.from,
  };
  return {
    format: directoryFormat,
    files: used.length,
    batches,
    first: entries[0]?.n ?? null,
    last: entries.at(-1)?.n ?? null,
    end: { n: summary.last, historyDigest: entries.at(-1)?.historyDigest ?? summary.baseDigest },
    checkpoints: summary.checkpoints,
    intervals: table.length,
    rows: table.reduce((sum, { rows }) => sum + rows, 0),
    tornTail: tornTail ?? null,
    troubles: checkpoints.troubles,
    damage: null,
  } satisfies Partial<LogReport>;
}
