import { problemsOfCluster } from "./cluster-problems.ts";
import type { Paint, Style } from "./paint.ts";
import { printable } from "./printable.ts";
import { renderAge, renderDuration } from "./render-duration.ts";
import { renderFaults } from "./render-lab.ts";
import { type Column, renderTable } from "./render-table.ts";
import { remarkOf } from "./render-waiting.ts";
import type { DigestList, Epoch, ManagerStatus, SequencerStatus, ServiceStatus } from "./service-status.ts";

const digestCharsShown = 12;
const nonceCharsShown = 8;

const sequencerColumns: readonly Column[] = [
  { head: "SEQUENCER", isNumber: true },
  { head: "STATE" },
  { head: "EPOCH", isNumber: true },
  { head: "HEARD", isNumber: true },
  { head: "PID", isNumber: true },
];

const managerColumns: readonly Column[] = [
  { head: "SLOT", isNumber: true },
  { head: "VERSION" },
  { head: "STATE" },
  { head: "EXECUTED", isNumber: true },
  { head: "LAG", isNumber: true },
  { head: "LAG TIME", isNumber: true },
  { head: "WRONG IN A ROW", isNumber: true },
  { head: "REPLACED", isNumber: true },
  { head: "EPOCH", isNumber: true },
  { head: "HEARD", isNumber: true },
  { head: "DIGEST" },
  { head: "LAST REPLACEMENT" },
  { head: "NOTE" },
];

/** What the service says of itself, for people. */
export function renderStatus(status: ServiceStatus, url: string, paint: Paint): string {
  const { businessDate, agreement, sequencers, managers, faults } = status;
  const head = [
    `service        ${url}`,
    `agreement      ${paint(agreementStyle(agreement), agreement)}`,
    ...quorumLines(status),
    `epoch          ${renderLead(status)}`,
    `sequence       ${renderSequence(status)}`,
    `business date  ${businessDate ?? "unknown"}`,
    ...problemsOfCluster(status).map(({ style, text }) => `problem        ${paint(style, text)}`),
  ];
  const tables = [
    paintRows(renderTable(sequencerColumns, sequencers.map(sequencerCells)), sequencers, paint),
    paintRows(renderTable(managerColumns, managers.map(managerCells)), managers, paint),
  ];
  const shadows = managers.flatMap(shadowLine).map(printLine).join("");
  return [head.map(printLine).join(""), ...tables, ...(shadows === "" ? [] : [shadows]), renderFaults(faults)].join(
    "\n",
  );
}

/** Said where it is not two for everything. */
function quorumLines({ quorum }: ServiceStatus): readonly string[] {
  const entries = Object.entries(quorum);
  if (entries.every(([, number]) => number === 2)) return [];
  return [`quorum         ${entries.map(([name, number]) => `${number} for ${name}`).join(", ")}`];
}

/** The epoch and who leads it, for people. */
export function renderLead({ epoch, sequencers }: ServiceStatus): string {
  if (epoch === null) return sequencers.length === 0 ? "none, no sequencer was heard" : "none, no sequencer leads";
  const leader = sequencers.find(({ state }) => state === "active");
  const name = `${epoch.number} (${epoch.nonce.slice(0, nonceCharsShown)})`;
  return leader === undefined ? name : `${name}, sequencer ${leader.id} leads`;
}

/** The newest number of the order, for people, and how old it is where it is no news. */
export function renderSequence({ epoch, sequence, newest }: ServiceStatus): string {
  if (epoch !== null) return String(sequence);
  return newest === null ? "unknown" : `${newest.sequence}, heard ${renderAge(newest.ageMs)}`;
}

/** The newest checkpoint of a manager and the beginning of its digest, for people. */
export function renderCheckpoint({ checkpoint }: Pick<ManagerStatus, "checkpoint">): string {
  return checkpoint === null ? "-" : `${checkpoint.digest.slice(0, digestCharsShown)} at ${checkpoint.sequence}`;
}

/** By how many milliseconds a manager lags, for people. */
export function renderLagTime({ lagRequests, lagMs }: Pick<ManagerStatus, "lagRequests" | "lagMs">): string {
  if (lagMs !== null) return renderDuration(lagMs);
  return lagRequests === null ? "-" : "unknown";
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

function shadowLine({ slot, shadow }: ManagerStatus): readonly string[] {
  if (shadow === null) return [];
  const { command, state, compared, differences, lastDifference, lags, trouble } = shadow;
  const said = [
    trouble === null ? state : `${state}${state === "failed" ? ":" : " after"} ${trouble}`,
    `${count(compared)} compared`,
    `${count(differences)} different${lastDifference === null ? "" : `, the last at ${lastDifference}`}`,
    ...(lags === 0 ? [] : [`too slow ${lags === 1 ? "once" : `${count(lags)} times`}`]),
  ];
  return [printable(`shadow of slot ${slot}: ${said.join(", ")} (${command})`)];
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}

function printLine(line: string): string {
  return `${line}\n`;
}

function sequencerCells({ id, state, epoch, ageMs, pid }: SequencerStatus): readonly string[] {
  return [String(id), state, epochCell(epoch), renderAge(ageMs), String(pid)];
}

function managerCells(manager: ManagerStatus): readonly string[] {
  const { slot, version, state, ageMs, epoch, executed, lagRequests, replacements } = manager;
  return [
    String(slot),
    version ?? "-",
    state,
    String(executed),
    String(lagRequests ?? "-"),
    renderLagTime(manager),
    String(manager.wrongInARow),
    String(replacements),
    epochCell(epoch),
    renderAge(ageMs),
    renderCheckpoint(manager),
    replacementCell(manager),
    remarkOf(manager) || "-",
  ];
}

function epochCell(epoch: Epoch | null): string {
  return epoch === null ? "-" : String(epoch.number);
}

function replacementCell({ lastReplacement }: ManagerStatus): string {
  if (lastReplacement === null) return "-";
  const { cause, from, to, at, tookMs } = lastReplacement;
  return `${cause}: ${from} to ${to} ${tookMs === null ? "under way since" : `in ${tookMs} ms at`} ${at}`;
}

const stateStyles: Readonly<Record<string, Style>> = {
  active: "good",
  standby: "quiet",
  voting: "good",
  unreachable: "bad",
  stopped: "bad",
};

/** How the state of a process stands out. */
export function styleOfState(state: string): Style {
  return stateStyles[state] ?? "watch";
}

/** How the agreement stands out: `4 of 4`. */
export function agreementStyle(agreement: string): Style {
  const voters = Number.parseInt(agreement, 10);
  if (voters >= 4) return "good";
  return voters >= 2 ? "watch" : "bad";
}

/** After the columns are laid out, so that no code counts as width. */
function paintRows(table: string, rows: readonly { readonly state: string }[], paint: Paint): string {
  const [heads = "", ...lines] = table.split("\n");
  const painted = lines.map((line, at) => {
    const row = rows[at];
    if (row === undefined) return line;
    const shown = printable(row.state);
    return line.replace(` ${shown} `, () => ` ${paint(styleOfState(row.state), shown)} `);
  });
  return [paint("quiet", heads), ...painted].join("\n");
}
