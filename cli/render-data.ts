import type { Comparison } from "../cluster/compare-data.ts";
import type { DataReport, ManagerReport } from "../cluster/verify-data.ts";
import { type Column, renderTable } from "./render-table.ts";

const digestCharsShown = 12;
const bytesOfMiB = 1024 * 1024;

const columns: readonly Column[] = [
  { head: "SLOT", isNumber: true },
  { head: "DATA" },
  { head: "EPOCH", isNumber: true },
  { head: "ENTRIES" },
  { head: "H AT THE LAST" },
  { head: "CONFIRMED", isNumber: true },
  { head: "CHECKPOINTS" },
  { head: "REQUEST IDS", isNumber: true },
  { head: "MIB", isNumber: true },
];

/** What was found on the disks, for people. */
export function renderDataReport({ directory, managers, comparisons, setAside, isRight }: DataReport): string {
  const table = renderTable(columns, managers.map(managerCells));
  const notes = managers.flatMap(notesOf);
  const compared = comparisons.map(comparisonLine);
  const aside = setAside.map((name) => `${name} was set aside as damaged: remove it when nobody wants to look at it\n`);
  const verdict = isRight ? "all right" : "not all right";
  return `data ${directory}: ${verdict}\n${table}${[...notes, ...compared, ...aside].join("")}`;
}

function managerCells(manager: ManagerReport): readonly string[] {
  const { slot, condition, adopted, first, last, base, end, commitPoint, checkpoints, rows, bytes } = manager;
  if (condition === "missing" || condition === "damaged") return [String(slot), condition.toUpperCase()];
  return [
    String(slot),
    condition,
    adopted === null ? "-" : String(adopted.number),
    first === null || last === null ? `none behind ${base}` : `${first} to ${last}`,
    end.historyDigest.slice(0, digestCharsShown),
    String(commitPoint),
    checkpoints.map(({ n }) => n).join(", ") || "-",
    String(rows),
    (bytes / bytesOfMiB).toFixed(1),
  ];
}

function notesOf({ slot, condition, damage, tornTail, troubles }: ManagerReport): readonly string[] {
  if (condition === "missing") {
    return [`manager ${slot} has no data: it comes back as a new one, and is admitted while the other three are up\n`];
  }
  if (damage !== null) {
    const where = `${damage.file}, byte ${damage.offset}`;
    const next =
      damage.code === null
        ? "start the service: it sets this directory aside and gets its data from the others"
        : "let whoever runs the service read it, or replace the disk";
    return [`manager ${slot} is damaged: ${damage.what} (${where}); ${next}\n`];
  }
  const end = `${tornTail?.file} ends in ${tornTail?.bytes} bytes of a write that was under way`;
  return [
    ...(tornTail === null ? [] : [`manager ${slot}: ${end}: harmless, nobody was told that it is stored\n`]),
    ...troubles.map((trouble) => `manager ${slot}: ${trouble}: an older checkpoint takes its place\n`),
  ];
}

function comparisonLine(comparison: Comparison): string {
  const { slot, with: ahead, at, behind, verdict, what } = comparison;
  const lag = behind === 0 ? "" : `, ${behind} behind`;
  switch (verdict) {
    case "equal":
      return `manager ${slot} and ${ahead}: the same history at ${at}${lag}\n`;
    case "unconfirmed":
      return `manager ${slot} and ${ahead}: the end of ${slot} is of an earlier epoch and was never confirmed: it is rolled back when ${slot} joins\n`;
    case "unknown":
      return `manager ${slot} and ${ahead}: one of them no longer keeps ${at}${lag}, where the other ends: ${slot} gets a checkpoint when it joins\n`;
    case "different":
      return `manager ${slot} and ${ahead} are DIFFERENT: ${what}; keep a copy of all directories and do not start the service before you know why\n`;
  }
}
