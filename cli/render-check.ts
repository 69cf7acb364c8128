import type { BrokenRule, ChapterReport, CheckReport } from "../conformance/check-replica.ts";
import { failureIn } from "../conformance/disagreement.ts";
import { printable } from "./printable.ts";

/** Broken rules of a chapter that are shown with all that is known of them. */
const detailedMax = 2;
const linesMax = 20;

/** What a check of a replica found, for people. */
export function renderCheck({ chapters, kept, broken, untried }: CheckReport): string {
  const width = Math.max(...chapters.map(({ title }) => title.length));
  const shown = chapters.map((chapter) => renderChapter(chapter, width)).join("");
  const left = untried === 0 ? "" : `, ${untried} not tried: it was silent too often`;
  return `${shown}${kept} rules kept, ${broken} broken${left}\n`;
}

function renderChapter({ title, kept, broken, untried }: ChapterReport, width: number): string {
  const count = kept + broken.length + untried;
  const verdicts = [
    ...(broken.length === 0 ? [] : [`${broken.length} BROKEN`]),
    ...(untried === 0 ? [] : [`${untried} not tried`]),
  ];
  const head = `${title.padEnd(width)}  ${`${count} ${count === 1 ? "rule" : "rules"}`.padEnd(9)} ${verdicts.join(", ") || "ok"}\n`;
  return head + broken.map((rule, index) => renderBroken(rule, index < detailedMax)).join("");
}

function renderBroken({ rule, where, difference, lines, disagreement }: BrokenRule, isDetailed: boolean): string {
  const head = [`  BROKEN: ${rule}`, ...(where === "" ? [] : [`    ${where}`]), `    ${difference}`];
  if (!isDetailed) return textOf(head);
  const last = lines.slice(-linesMax).map((line) => `      ${JSON.stringify(line)}`);
  const hidden = lines.length - last.length;
  const more = hidden === 0 ? [] : [`      … ${hidden} lines before these: see --json`];
  const given =
    disagreement?.outputs.map(
      ({ replica, output }) => `    ${replica}: ${failureIn(output) ?? JSON.stringify(output)}`,
    ) ?? [];
  return textOf([...head, ...given, "    tell a new replica these lines to see it again:", ...more, ...last]);
}

/** What a replica wrote may hold what a terminal obeys. */
function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${printable(line)}\n`).join("");
}
