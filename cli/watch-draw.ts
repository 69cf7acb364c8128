import type { Problem } from "./cluster-problems.ts";
import type { Paint } from "./paint.ts";
import { renderAge, renderDuration } from "./render-duration.ts";
import {
  agreementStyle,
  renderCheckpoint,
  renderLagTime,
  renderLead,
  renderSequence,
  styleOfState,
} from "./render-status.ts";
import { remarkOf } from "./render-waiting.ts";
import type { ManagerStatus, ServiceStatus } from "./service-status.ts";
import {
  fitParts,
  flow,
  type Line,
  type ScreenColumn,
  type Size,
  type Span,
  setIn,
  table,
  wrap,
} from "./watch-layout.ts";
import { chargesOf, isBehind, problemsOf } from "./watch-problems.ts";
import type { WatchRates, WatchView } from "./watch-record.ts";

const sequencerColumns: readonly ScreenColumn[] = [
  { head: "ID", isNumber: true, goesAt: 0 },
  { head: "STATE", goesAt: 1 },
  { head: "EPOCH", isNumber: true, goesAt: 2 },
  { head: "HEARD", isNumber: true, goesAt: 3 },
  { head: "PID", isNumber: true, goesAt: 4 },
];

const managerColumns: readonly ScreenColumn[] = [
  { head: "SLOT", isNumber: true, goesAt: 0 },
  { head: "VERSION", goesAt: 3 },
  { head: "STATE", goesAt: 1 },
  { head: "LAG", isNumber: true, goesAt: 2 },
  { head: "LAG TIME", isNumber: true, goesAt: 5 },
  { head: "CHARGES", goesAt: 4 },
  { head: "HEARD", isNumber: true, goesAt: 6 },
  { head: "CHECKPOINT", goesAt: 8 },
  { head: "EXECUTED", isNumber: true, goesAt: 10 },
  { head: "EPOCH", isNumber: true, goesAt: 9 },
  { head: "REPLACED", isNumber: true, goesAt: 11 },
  { head: "NOTE", goesAt: 7 },
];

const problemsShownMax = 8;

/** The screen of `quartet watch`: problems first, then the way of a request from the front end to the managers. */
export function drawWatch(view: WatchView, url: string, size: Size, paint: Paint): readonly string[] {
  const { seen, rates } = view;
  const { columns } = size;
  const head = titleOf(view, url, columns);
  const end = { lines: [[quiet("q ends")]], goesAt: 3, isHint: true };
  const trouble = troubleOf(view, url);
  if (seen === undefined) return fitParts([{ lines: [...head, ...problemLines(trouble, columns)] }, end], size, paint);
  const { told, aged: status } = seen;
  // While the service is away, all that it tells of grows old: that is one problem, not many.
  const problems = [...trouble, ...rateProblems(rates), ...problemsOf(told)];
  const sequencers = table(sequencerColumns, sequencerRows(status), columns);
  const managers = table(managerColumns, status.managers.map(managerCells), columns);
  const parts = [
    { lines: [...head, ...factsOf(status, columns)] },
    { lines: problemLines(problems, columns) },
    { lines: [[quiet("FRONT END")], ...setIn(frontendItems(status, rates), columns)], goesAt: 2 },
    { lines: [[quiet("SEQUENCERS")], ...sequencers], goesAt: 1 },
    { lines: [[quiet("MANAGERS")], ...managers] },
    end,
  ];
  return fitParts(parts, size, paint);
}

function titleOf({ seen }: WatchView, url: string, columns: number): readonly Line[] {
  const age = seen === undefined ? [] : [quiet(`heard ${renderAge(seen.ageMs)}`)];
  return flow([{ text: `quartet watch ${url}` }, ...age], columns);
}

function troubleOf({ trouble, seen }: WatchView, url: string): readonly Problem[] {
  if (trouble === undefined) return [];
  const age = seen === undefined ? "" : `; what follows is ${renderDuration(seen.ageMs)} old`;
  const text = `cannot reach ${url}: ${trouble.detail}, trying for ${renderDuration(trouble.forMs)}${age}`;
  return [{ style: "bad", text }];
}

function rateProblems(rates: WatchRates | undefined): readonly Problem[] {
  if (rates === undefined) return [];
  const { noAgreement, refused } = rates;
  return [
    ...(noAgreement > 0 ? [{ style: "bad", text: `no agreement on ${perSecond(noAgreement)} requests` } as const] : []),
    ...(refused > 0 ? [{ style: "watch", text: `no room for ${perSecond(refused)} requests` } as const] : []),
  ];
}

function problemLines(problems: readonly Problem[], columns: number): readonly Line[] {
  if (problems.length === 0) return [[{ text: "no problems", style: "good" }]];
  const left = problems.length - problemsShownMax;
  const more: readonly Problem[] = left > 0 ? [{ style: "watch", text: `and ${left} more` }] : [];
  return [...problems.slice(0, problemsShownMax), ...more].flatMap(({ style, text }) =>
    wrap({ style, text: `! ${text}` }, columns),
  );
}

function factsOf(status: ServiceStatus, columns: number): readonly Line[] {
  const { agreement, businessDate } = status;
  const items: readonly Span[] = [
    { text: `agreement ${agreement}`, style: agreementStyle(agreement) },
    { text: `epoch ${renderLead(status)}` },
    { text: `sequence ${renderSequence(status)}` },
    { text: `business date ${businessDate ?? "unknown"}` },
  ];
  return flow(items, columns);
}

function frontendItems({ frontends, counts }: ServiceStatus, rates: WatchRates | undefined): readonly Span[] {
  const { badMac, malformed } = counts.dropped;
  const each = (name: string, rate: number | undefined): Span => ({ text: `${name} ${perSecond(rate)}` });
  const charges = (name: string, count: number, rate: number | undefined): Span => ({
    text: `${name} ${count}${rate === undefined || rate === 0 ? "" : ` (${perSecond(rate)})`}`,
  });
  return [
    each("answered", rates?.answered),
    each("ordered", rates?.ordered),
    charges("no agreement", counts.noAgreement, rates?.noAgreement),
    charges("no room", counts.refused, rates?.refused),
    charges("charged wrong", counts.chargesWrong, rates?.chargesWrong),
    charges("charged silent", counts.chargesSilent, rates?.chargesSilent),
    ...(badMac + malformed === 0 ? [] : [{ text: `dropped ${badMac} forged, ${malformed} malformed` }]),
    ...frontends.map(({ pid }) => quiet(`pid ${pid}`)),
  ];
}

function sequencerRows({ sequencers }: ServiceStatus): readonly Line[] {
  return sequencers.map(({ id, state, epoch, ageMs, pid }) => [
    { text: String(id) },
    { text: state, style: styleOfState(state) },
    { text: String(epoch?.number ?? "-") },
    { text: renderAge(ageMs) },
    { text: String(pid) },
  ]);
}

function managerCells(manager: ManagerStatus): Line {
  const { slot, version, state, lagRequests, ageMs, epoch, executed, replacements } = manager;
  const charges = chargesOf(manager);
  const lag = isBehind(manager) ? ({ style: "watch" } as const) : {};
  return [
    { text: String(slot) },
    { text: version ?? "-" },
    { text: state, style: styleOfState(state) },
    { text: String(lagRequests ?? "-"), ...lag },
    { text: renderLagTime(manager), ...lag },
    charges === "" ? { text: "-" } : { text: charges, style: "watch" },
    { text: renderAge(ageMs) },
    { text: renderCheckpoint(manager) },
    { text: String(executed) },
    { text: String(epoch?.number ?? "-") },
    { text: String(replacements) },
    { text: remarkOf(manager) || "-" },
  ];
}

function perSecond(rate: number | undefined): string {
  return rate === undefined ? "-/s" : `${rate < 100 ? rate.toFixed(1) : Math.round(rate)}/s`;
}

function quiet(text: string): Span {
  return { text, style: "quiet" };
}
