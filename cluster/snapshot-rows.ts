import { sha256 } from "../io/sha256.ts";
import type { Digest, InstantMs } from "../protocol/ids.ts";
import { defaultLimits } from "../protocol/limits.ts";
import type { TableInterval } from "../protocol/table-interval.ts";
import { closeRows, type TableRow } from "../replica-manager/table-rows.ts";

/** A row of the client table as one line of JSON; its result, a JSON text itself, as that object where that is exact. */
export function rowToJson(row: TableRow): string {
  const { n, time, caller, requestId, operation, result, historyDigest, contentDigest } = row;
  const shown = objectOf(result) ?? result;
  return JSON.stringify({ n, time, caller, requestId, operation, result: shown, historyDigest, contentDigest });
}

/** The object that is written as this very text, if there is one. */
function objectOf(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The row that such a line tells, or `undefined` when it is none. */
export function rowOfJson(value: unknown): TableRow | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { result, ...rest } = value as TableRow & { readonly result: unknown };
  const row = { ...rest, result: typeof result === "string" ? result : JSON.stringify(result) };
  const { caller, requestId, historyDigest, contentDigest } = row;
  const areTexts = [caller, requestId, historyDigest, contentDigest, row.result].every(
    (one) => typeof one === "string",
  );
  return areTexts && [row.n, row.time].every(Number.isSafeInteger) ? row : undefined;
}

/** The interval that these rows were, whatever its size; `undefined` when they can make none. */
export function intervalOf(rows: readonly TableRow[], time: InstantMs, before: Digest): TableInterval | undefined {
  const limits = { ...defaultLimits, partBytesMax: Number.POSITIVE_INFINITY };
  try {
    return closeRows(rows, time, before, { limits, sha256 })[0]?.interval;
  } catch {
    // What no row can hold is refused by assertions of the codec.
    return undefined;
  }
}
