import { renderTable } from "./render-table.ts";
import type { ActiveFault, MenuFault } from "./service-status.ts";

/** The faults that last, for people. */
export function renderFaults(faults: readonly ActiveFault[]): string {
  if (faults.length === 0) return "no active faults\n";
  const columns = [
    { head: "FAULT" },
    { head: "SLOT", isNumber: true },
    { head: "ID" },
    { head: "UNTIL" },
    { head: "OWNER" },
  ];
  const rows = faults.map(({ fault, slot, id, until, owner }) => [fault, String(slot), id, until, owner || "-"]);
  return `active faults\n${renderTable(columns, rows)}`;
}

/** The menu of the lab and what lasts of it, for people. */
export function renderFaultMenu(menu: readonly MenuFault[], active: readonly ActiveFault[]): string {
  const rows = menu.map(({ name, description }) => [name, description]);
  return `${renderTable([{ head: "FAULT" }, { head: "WHAT THE REPLICA DOES" }], rows)}\n${renderFaults(active)}`;
}

/** What `inject` did. */
export interface Injected {
  readonly id: string;
  readonly slot: number;
  readonly fault: string;
  readonly forSeconds: number;
}

/** An injected fault, for people. */
export function renderInjected({ id, slot, fault, forSeconds }: Injected): string {
  return `injected ${fault} into slot ${slot} for ${forSeconds} s as ${id}\n`;
}

/** The ids of faults that were cleared, for people. */
export function renderCleared(cleared: readonly string[]): string {
  return cleared.length === 0 ? "there was no fault to clear\n" : `cleared ${cleared.join(", ")}\n`;
}
