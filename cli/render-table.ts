import { printable } from "./printable.ts";

/** A column: its head, and whether its cells stand at the right, as numbers do. */
export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

const gap = "  ";

/** Lines of cells under their heads, each column as wide as its widest cell. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const shown = [columns.map(({ head }) => head), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, at) => Math.max(...shown.map((row) => widthOf(row[at] ?? ""))));
  return shown.map((row) => renderRow(columns, widths, row)).join("");
}

function renderRow(columns: readonly Column[], widths: readonly number[], row: readonly string[]): string {
  const cells = columns.map(({ isNumber }, at) => {
    const cell = row[at] ?? "";
    const space = " ".repeat((widths[at] ?? 0) - widthOf(cell));
    return isNumber === true ? space + cell : cell + space;
  });
  return `${cells.join(gap).trimEnd()}\n`;
}

/** In characters, which is the width of most scripts. */
function widthOf(text: string): number {
  return [...text].length;
}
