import type { Paint, Style } from "./paint.ts";
import { printable } from "./printable.ts";

/** A piece of a line, and how it stands out. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

/** A line of the screen before it is cut to its width. */
export type Line = readonly Span[];

/** What a screen has room for, in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A column of a table that gives way on a narrow screen. */
export interface ScreenColumn {
  readonly head: string;
  readonly isNumber?: boolean;
  /** The column with the highest of these goes first. */
  readonly goesAt: number;
}

/** Lines that stand together. */
export interface ScreenPart {
  readonly lines: readonly Line[];
  /** The part with the highest of these goes first on a low screen; one without stays. */
  readonly goesAt?: number;
  /** True for what is not missed. */
  readonly isHint?: boolean;
}

const indent = 2;
const gap = 2;

/** Items side by side, on as many lines as they need. */
export function flow(items: readonly Span[], columns: number, itemGap = 3): readonly Line[] {
  const lines: Span[][] = [];
  let room = 0;
  for (const item of items) {
    const line = lines.at(-1);
    const width = itemGap + widthOf(item.text);
    if (line !== undefined && width <= room) {
      line.push({ text: " ".repeat(itemGap) }, item);
      room -= width;
    } else {
      lines.push([item]);
      room = columns - widthOf(item.text);
    }
  }
  return lines;
}

/** A text on as many lines as it needs, those after the first set in. */
export function wrap({ text, ...style }: Span, columns: number): readonly Line[] {
  const words = text.split(" ").map((word) => ({ text: word }));
  return flow(words, columns - indent, 1).map((line, at) => {
    const shown = line.map((span) => span.text).join("");
    return [{ text: at === 0 ? shown : " ".repeat(indent) + shown, ...style }];
  });
}

/** Items side by side under a heading. */
export function setIn(items: readonly Span[], columns: number): readonly Line[] {
  return flow(items, columns - indent).map((line) => [{ text: " ".repeat(indent) }, ...line]);
}

/** Rows of cells under their heads, with as many columns as there is room for. */
export function table(columns: readonly ScreenColumn[], rows: readonly Line[], screenColumns: number): readonly Line[] {
  const all = [columns.map(({ head }): Span => ({ text: head, style: "quiet" })), ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => widthOf(row[at]?.text ?? ""))));
  let kept = columns.map((_, at) => at);
  const widthOfKept = (): number => kept.reduce((sum, at) => sum + gap + (widths[at] ?? 0), indent - gap);
  while (kept.length > 1 && widthOfKept() > screenColumns) {
    const last = Math.max(...kept.map((at) => columns[at]?.goesAt ?? 0));
    kept = kept.filter((at) => columns[at]?.goesAt !== last);
  }
  return all.map((row) =>
    kept.flatMap((at, place) => cell(row[at] ?? { text: "" }, widths[at] ?? 0, columns[at]?.isNumber, place === 0)),
  );
}

/**
 * The lines that fit: with empty ones between the parts where there is room, else without them, else without the parts
 * that may go, else the first ones.
 */
export function fitParts(parts: readonly ScreenPart[], { columns, rows }: Size, paint: Paint): readonly string[] {
  const spaced = parts.flatMap(({ lines }, at) => (at === 0 ? lines : [[], ...lines]));
  const lines = spaced.length <= rows ? spaced : fitDense(parts, rows);
  return lines.map((line) => fitLine(line, columns, paint));
}

function fitDense(parts: readonly ScreenPart[], rows: number): readonly Line[] {
  let kept = parts;
  let isWhole = true;
  const count = (): number => kept.reduce((sum, { lines }) => sum + lines.length, isWhole ? 0 : 1);
  while (count() > rows) {
    const goesAt = Math.max(...kept.map((part) => part.goesAt ?? 0));
    isWhole &&= kept.some((part) => part.goesAt === goesAt && part.isHint === true);
    if (goesAt === 0) break;
    kept = kept.filter((part) => part.goesAt !== goesAt);
  }
  const all = kept.flatMap(({ lines }) => lines);
  return isWhole ? all : [...all.slice(0, Math.max(0, rows - 1)), [{ text: "… a taller screen shows more" }]];
}

/** The characters that fit, painted after they are counted. */
function fitLine(line: Line, columns: number, paint: Paint): string {
  let room = columns;
  let text = "";
  for (const span of line) {
    const shown = [...printable(span.text)].slice(0, room).join("");
    room -= widthOf(shown);
    text += span.style === undefined || shown === "" ? shown : paint(span.style, shown);
  }
  return text.trimEnd();
}

function cell({ text, style }: Span, width: number, isNumber: boolean | undefined, isFirst: boolean): readonly Span[] {
  const before = " ".repeat(isFirst ? indent : gap);
  const space = " ".repeat(width - widthOf(text));
  const span = style === undefined ? { text } : { text, style };
  return isNumber === true ? [{ text: before + space }, span] : [{ text: before }, span, { text: space }];
}

/** In characters, which is the width of most scripts. */
function widthOf(text: string): number {
  return [...text].length;
}
