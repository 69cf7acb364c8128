import type { Paint, Style } from "./paint.ts";
import { printable } from "./printable.ts";
import { renderFaults } from "./render-lab.ts";
import { type Column, renderTable } from "./render-table.ts";
import { remarkOf } from "./render-waiting.ts";
import type { DigestList, ManagerStatus, ServiceStatus } from "./service-status.ts";

const digestCharsShown = 12;

const managerColumns: readonly Column[] = [
  { head: "SLOT", isNumber: true },
  { head: "VERSION" },
  { head: "STATE" },
  { head: "EXECUTED", isNumber: true },
  { head: "LAG", isNumber: true },
  { head: "WRONG IN A ROW", isNumber: true },
  { head: "REPLACED", isNumber: true },
  { head: "DIGEST" },
  { head: "LAST REPLACEMENT" },
  { head: "NOTE" },
];

/** What the service says of itself, for people. */
export function renderStatus(status: ServiceStatus, url: string, paint: Paint): string {
  const { epoch, sequence, businessDate, agreement, managers, faults } = status;
  const head = [
    `service        ${url}`,
    `agreement      ${paint(agreementStyle(agreement), agreement)}`,
    `epoch          ${epoch === null ? "none" : `${epoch.number} (${epoch.nonce.slice(0, 8)})`}`,
    `sequence       ${sequence}`,
    `business date  ${businessDate ?? "unknown"}`,
    `sequencers     ${sequencersOf(status)}`,
  ];
  const rows = managers.map((manager) => managerCells(manager, sequence));
  const [heads = "", ...lines] = renderTable(managerColumns, rows).split("\n");
  const table = [paint("quiet", heads), ...lines.map((line, at) => paintState(line, managers[at]?.state, paint))];
  return `${head.map(printLine).join("")}\n${table.join("\n")}\n${renderFaults(faults)}`;
}

/** Every replica's digest at one same number, for people. */
export function renderDigests({ sequence, digests, equal }: DigestList): string {
  const rows = digests.map(({ slot, digest }) => [String(slot), digest ?? "none: no answer"]);
  const table = renderTable([{ head: "SLOT", isNumber: true }, { head: "DIGEST" }], rows);
  return `state after change ${sequence}: ${verdictOf(digests, equal)}\n${table}`;
}

/** True when two replicas told different digests; one that told none contradicts nobody. */
export function areDigestsDifferent(digests: DigestList["digests"]): boolean {
  return new Set(digests.flatMap(({ digest }) => digest ?? [])).size > 1;
}

function verdictOf(digests: DigestList["digests"], isEqual: boolean): string {
  if (isEqual) return "equal in all replicas";
  if (areDigestsDifferent(digests)) return "different";
  return "equal in those that answered";
}

function printLine(line: string): string {
  return `${line}\n`;
}

function sequencersOf({ sequencers }: ServiceStatus): string {
  if (sequencers.length === 0) return "none heard";
  return sequencers.map(({ id, state, pid }) => `${id} ${state} (pid ${pid})`).join(", ");
}

function managerCells(manager: ManagerStatus, sequence: number): readonly string[] {
  const { slot, version, state, executed, wrongInARow, replacements, checkpoint } = manager;
  return [
    String(slot),
    version ?? "-",
    state,
    String(executed),
    String(Math.max(0, sequence - executed)),
    String(wrongInARow),
    String(replacements),
    checkpoint === null ? "-" : `${checkpoint.digest.slice(0, digestCharsShown)} at ${checkpoint.sequence}`,
    replacementCell(manager),
    remarkOf(manager) || "-",
  ];
}

function replacementCell({ lastReplacement }: ManagerStatus): string {
  if (lastReplacement === null) return "-";
  const { cause, from, to, at, tookMs } = lastReplacement;
  return `${cause}: ${from} to ${to} ${tookMs === null ? "under way since" : `in ${tookMs} ms at`} ${at}`;
}

const stateStyles: Readonly<Record<string, Style>> = { voting: "good", unreachable: "bad", stopped: "bad" };

/** After the columns are laid out, so that no code counts as width. */
function paintState(line: string, state: string | undefined, paint: Paint): string {
  if (state === undefined) return line;
  const shown = printable(state);
  return line.replace(` ${shown} `, () => ` ${paint(stateStyles[state] ?? "watch", shown)} `);
}

function agreementStyle(agreement: string): Style {
  const voters = Number.parseInt(agreement, 10);
  if (voters < 2) return "bad";
  return voters < 4 ? "watch" : "good";
}
