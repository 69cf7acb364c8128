import type { WholeCheckpoint } from "../../cluster/snapshot-file.ts";
import { sha256 } from "../../io/sha256.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { TableInterval } from "../../protocol/table-interval.ts";
import { closeRows, type TableRow } from "../../replica-manager/table-rows.ts";

const state = JSON.stringify([
  [
    ["VERE130523", 'Amélie \u2028 "千"', 3],
    ["ATWM140523", "Avatar", 50],
  ],
  [["ATWC1234", "VERE130523", 'Amélie \u2028 "千"', 1]],
]);

/** The row of a booking that was numbered `n`. */
export function aRow(n: number, given: Partial<TableRow> = {}): TableRow {
  return {
    n,
    time: 1_683_892_800_000 + n,
    historyDigest: sha256(`history ${n}`),
    contentDigest: sha256(`content ${n}`),
    operation: "bookMovieTickets",
    caller: "ATWC1234",
    requestId: `r-${n}`,
    result: `{"outcome":"OK","held":${n},"available":9}`,
    ...given,
  };
}

/** A client table of these runs of rows, as it is stored. */
export function aTable(...runs: readonly (readonly TableRow[])[]): readonly TableInterval[] {
  const table: TableInterval[] = [];
  for (const rows of runs) {
    const time = Math.max(...rows.map((row) => row.time));
    const before = table.at(-1)?.digest ?? genesisDigest;
    for (const closed of closeRows(rows, time, before, { limits: defaultLimits, sha256 })) table.push(closed.interval);
  }
  return table;
}

/** A checkpoint at 40 with two shows, one booking and three executed changes, or with what is given. */
export function aCheckpoint(
  given: { readonly state?: string; readonly table?: readonly TableInterval[] } = {},
): WholeCheckpoint {
  const { table = aTable([aRow(3), aRow(5)], [aRow(38)]) } = given;
  const text = given.state ?? state;
  return {
    digests: {
      n: 40,
      historyDigest: sha256("history 40"),
      stateDigest: sha256(text),
      tableDigest: table.at(-1)?.digest ?? genesisDigest,
    },
    time: 1_683_892_800_040,
    state: text,
    table,
  };
}
