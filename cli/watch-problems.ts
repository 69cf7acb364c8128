import { type Problem, problemsOfCluster } from "./cluster-problems.ts";
import { renderAge } from "./render-duration.ts";
import { renderLagTime } from "./render-status.ts";
import { remarkOf } from "./render-waiting.ts";
import type { ManagerStatus, SequencerStatus, ServiceStatus } from "./service-status.ts";

/** As many managers as have to vote. */
const votersMin = 2;
/** A front end asks four times a second: whoever says nothing for so long missed some questions. */
const quietMs = 1000;
const lagMsMin = 1000;

/** What is not as it should be, the worst first. */
export function problemsOf(status: ServiceStatus): readonly Problem[] {
  const all = [
    ...problemsOfCluster(status),
    ...orderProblems(status),
    ...status.managers.flatMap((manager) => managerProblems(manager, status)),
    ...checkpointProblems(status.managers),
    ...status.sequencers.flatMap(sequencerProblems),
    ...status.faults.map(({ id, slot, fault, until }) => watch(`fault ${id}: ${fault} in slot ${slot} until ${until}`)),
  ];
  return [...all.filter(({ style }) => style === "bad"), ...all.filter(({ style }) => style !== "bad")];
}

/** True for a lag that people should hear of. */
export function isBehind({ lagMs }: Pick<ManagerStatus, "lagMs">): boolean {
  return lagMs !== null && lagMs >= lagMsMin;
}

/** The slots whose digest is not that of most others at the same checkpoint; all of them where no two agree. */
export function strayingSlots(managers: readonly ManagerStatus[]): readonly number[] {
  const told = managers.flatMap(({ slot, checkpoint }) => (checkpoint === null ? [] : [{ slot, ...checkpoint }]));
  const countOf = (digest: string, sequence: number): number =>
    told.filter((one) => one.sequence === sequence && one.digest === digest).length;
  return told.flatMap(({ slot, sequence, digest }) => {
    const others = told.filter((one) => one.digest !== digest);
    const most = Math.max(0, ...others.map((other) => countOf(other.digest, sequence)));
    return most >= Math.max(1, countOf(digest, sequence)) ? [slot] : [];
  });
}

function orderProblems({ epoch, newest, agreement }: ServiceStatus): readonly Problem[] {
  const voters = Number.parseInt(agreement, 10);
  const order = newest === null ? "" : `, the order ended at ${newest.sequence}, heard ${renderAge(newest.ageMs)}`;
  return [
    ...(epoch === null ? [bad(`no sequencer leads${order}`)] : []),
    ...(voters >= votersMin ? [] : [bad(`${agreement} managers vote, ${votersMin} have to agree`)]),
  ];
}

function managerProblems(manager: ManagerStatus, { epoch }: ServiceStatus): readonly Problem[] {
  const { slot, state, ageMs, lagRequests } = manager;
  const name = `manager ${slot}`;
  if (state === "unreachable")
    return [bad(`${name} is unreachable, ${ageMs === null ? "never heard" : `heard ${renderAge(ageMs)}`}`)];
  const remarks = [chargesOf(manager), remarkOf(manager)].filter(Boolean).join(", ");
  const isOld = epoch !== null && (manager.epoch?.number ?? 0) < epoch.number;
  const isQuiet = ageMs !== null && ageMs >= quietMs;
  return [
    ...(state === "voting" && remarks === "" ? [] : [stateProblem(name, manager, remarks)]),
    ...(isOld && !isQuiet ? [watch(`${name} is not in epoch ${epoch.number} yet`)] : []),
    ...(isBehind(manager) ? [watch(`${name} lags by ${lagRequests} requests, ${renderLagTime(manager)}`)] : []),
    ...(isQuiet ? [watch(`${name} was heard ${renderAge(ageMs)}`)] : []),
  ];
}

function stateProblem(name: string, { state, hasRoom }: ManagerStatus, remarks: string): Problem {
  const text = `${name} is ${state}${remarks === "" ? "" : `: ${remarks}`}`;
  return state === "stopped" || !hasRoom ? bad(text) : watch(text);
}

/** What a manager is accused of, for people; empty where there is nothing. */
export function chargesOf({ wrongInARow, isSilent }: Pick<ManagerStatus, "wrongInARow" | "isSilent">): string {
  const charges = [...(wrongInARow > 0 ? [`${wrongInARow} wrong`] : []), ...(isSilent ? ["silent"] : [])];
  return charges.join(", ");
}

function checkpointProblems(managers: readonly ManagerStatus[]): readonly Problem[] {
  const slots = strayingSlots(managers);
  return slots.length === 0 ? [] : [bad(`checkpoint digests differ: slot ${slots.join(", ")}`)];
}

function sequencerProblems({ id, state, epoch, ageMs }: SequencerStatus): readonly Problem[] {
  const name = `sequencer ${id}`;
  if (state === "unreachable") return [watch(`${name} is unreachable, heard ${renderAge(ageMs)}`)];
  if (state === "electing") return [watch(`${name} asks for epoch ${epoch?.number ?? "?"}`)];
  return ageMs >= quietMs ? [watch(`${name} was heard ${renderAge(ageMs)}`)] : [];
}

function bad(text: string): Problem {
  return { style: "bad", text };
}

function watch(text: string): Problem {
  return { style: "watch", text };
}
