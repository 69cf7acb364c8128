import { unreachable } from "./assert.ts";
import { checkpointsMax, type LogRecord, type LogSummary } from "./log-record.ts";

/**
 * What the records of a log come to once one more is applied. Records that cannot follow the ones before them (an entry
 * that leaves a gap, a cut at an entry that is not there) give `undefined`: such a log is damaged.
 */
export function applyRecord(summary: LogSummary, record: LogRecord): LogSummary | undefined {
  switch (record.kind) {
    case "entry":
      return record.n === summary.last + 1 ? { ...summary, last: record.n } : undefined;
    case "promise":
      return { ...summary, promised: record.epoch };
    case "adoption": {
      const { kind: _, ...adoption } = record;
      return { ...summary, adoption };
    }
    case "rollback":
      if (record.n < summary.base || record.n > summary.last) return undefined;
      return { ...summary, last: record.n, checkpoints: summary.checkpoints.filter(({ n }) => n <= record.n) };
    case "commit":
      return { ...summary, commitPoint: Math.max(summary.commitPoint, record.n) };
    case "checkpoint": {
      const { kind: _, ...checkpoint } = record;
      const [oldest, ...newer] = [...summary.checkpoints.filter(({ n }) => n !== record.n), checkpoint];
      return { ...summary, checkpoints: [oldest, ...newer.slice(1 - checkpointsMax)] };
    }
    case "restart": {
      const { n, historyDigest } = record;
      return { ...summary, base: n, baseDigest: historyDigest, last: n, checkpoints: [], commitPoint: n };
    }
    case "cut":
      if (record.n < summary.base || record.n > summary.last) return undefined;
      return {
        ...summary,
        base: record.n,
        baseDigest: record.historyDigest,
        checkpoints: summary.checkpoints.filter(({ n }) => n >= record.n),
      };
    case "summary": {
      const { kind: _, ...rest } = record;
      return rest;
    }
    default:
      return unreachable(record);
  }
}
