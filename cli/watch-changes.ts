import { type Problem, problemsOfCluster } from "./cluster-problems.ts";
import { renderLead } from "./render-status.ts";
import { remarkOf } from "./render-waiting.ts";
import type { ManagerStatus, ServiceStatus } from "./service-status.ts";
import { chargesOf, isBehind, strayingSlots } from "./watch-problems.ts";

/**
 * What changed between two statuses, one line each without its end, like `manager 3: voting -> unreachable`. Numbers
 * that always move (sequence, ages, counts of answers, percentages) are no change.
 */
export function changesBetween(before: ServiceStatus, after: ServiceStatus): readonly string[] {
  const [old, young] = [factsOf(before), factsOf(after)];
  const names = [...new Set([...young.keys(), ...old.keys()])];
  return names.flatMap((name) => {
    const [was, is] = [old.get(name) ?? "", young.get(name) ?? ""];
    return was === is ? [] : [`${name}: ${was || "none"} -> ${is || "none"}`];
  });
}

/** What stays as it is while nothing happens, by its name. */
function factsOf(status: ServiceStatus): ReadonlyMap<string, string> {
  const { agreement, businessDate, sequencers, frontends, managers, faults, counts } = status;
  return new Map([
    ["epoch", renderLead(status)],
    ["agreement", agreement],
    ["business date", businessDate ?? ""],
    ...frontends.map(({ id, pid }): [string, string] => ["front end", `${id} (pid ${pid})`]),
    ...sequencers.flatMap(({ id, state, pid }): [string, string][] => [
      [`sequencer ${id}`, state],
      [`sequencer ${id} process`, String(pid)],
    ]),
    ...managers.flatMap(factsOfManager),
    ["problem", textsOf(problemsOfCluster(status))],
    ["checkpoints that differ", strayingSlots(managers).join(", ")],
    ...faults.map(({ id, slot, fault }): [string, string] => [`fault ${id}`, `${fault} in slot ${slot}`]),
    ["without agreement", String(counts.noAgreement)],
  ]);
}

function textsOf(problems: readonly Problem[]): string {
  return problems.map(({ text }) => text).join("; ");
}

function factsOfManager(manager: ManagerStatus): readonly [string, string][] {
  const { slot, state, epoch, pid, replicaPid, version, progress, replacements, lastReplacement } = manager;
  const name = `manager ${slot}`;
  return [
    [name, state],
    [`${name} epoch`, String(epoch?.number ?? "")],
    [`${name} process`, String(pid ?? "")],
    [`${name} replica`, version === null ? "" : `${version} (pid ${replicaPid ?? "none"})`],
    [`${name} replaced`, replacements === 0 ? "" : `${replacements} (${lastReplacement?.cause ?? "unknown"})`],
    [`${name} charges`, chargesOf(manager)],
    [`${name} note`, [progress?.what, remarkOf({ ...manager, progress: null })].filter(Boolean).join(", ")],
    [`${name} lag`, isBehind(manager) ? "a second or more" : ""],
  ];
}
