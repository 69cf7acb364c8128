import { AssertionFailed, assert } from "../../protocol/assert.ts";

/** One whole number for each row, from -2^31 to 2^31 - 1; row 0 is nobody's and 0 stands for "none". */
export type Column = Int32Array;

const firstRows = 16;

/** A column of a few rows, all 0. */
export function emptyColumn(): Column {
  return new Int32Array(firstRows);
}

/** The number in one row. A row outside is a defect: the assertion fails. */
export function cell(column: Column, row: number): number {
  const value = column[row];
  if (value === undefined) throw new AssertionFailed("a row lies in its column");
  return value;
}

/** The column itself where it has the row, else a copy of at least twice its length. `rowsMax` is never passed. */
export function withRow(column: Column, row: number, rowsMax: number): Column {
  if (row < column.length) return column;
  assert(row < rowsMax, `a column has at most ${rowsMax} rows`);
  const longer = new Int32Array(Math.min(rowsMax, Math.max(2 * column.length, row + 1)));
  longer.set(column);
  return longer;
}
