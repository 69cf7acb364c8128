import type { Incarnation } from "../../protocol/ids.ts";
import type { LogSummary } from "../../protocol/log-record.ts";
import type { Recovered } from "../../protocol/recovered.ts";
import { expectCheckpoints, type ReadCheckpoints, readCheckpoints } from "./checkpoint-reader.ts";
import { LogFold } from "./log-fold.ts";
import { findLogFiles, type LogEnd, readLog } from "./log-reader.ts";
import type { Reading } from "./reading.ts";

/** All that a manager's directory holds, read and verified. */
export interface DirectoryContents {
  readonly recovered: Recovered;
  readonly log: LogEnd;
  readonly checkpoints: ReadCheckpoints;
  /** What the log says; a checkpoint in it that is not whole is missing in `recovered`. */
  readonly logSummary: LogSummary;
}

/**
 * Reads a manager's directory and changes nothing; rejects with `Damage`. What the log comes to is put together in
 * `fold`, which holds how far that came when it fails.
 */
export async function readDirectory(
  reading: Reading,
  incarnation: Incarnation,
  fold: LogFold = new LogFold(),
): Promise<DirectoryContents> {
  const files = await findLogFiles(reading);
  await expectCheckpoints(reading);
  const log = await readLog(files, incarnation, fold, reading);
  const entries = await fold.finish(reading);
  const checkpoints = await readCheckpoints(fold.summary, reading);
  const { snapshots, table } = checkpoints;
  const summary = { ...fold.summary, checkpoints: checkpoints.checkpoints };
  return {
    recovered: { summary, entries, snapshots, table },
    log,
    checkpoints,
    logSummary: fold.summary,
  };
}
