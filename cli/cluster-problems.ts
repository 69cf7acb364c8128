import { commandLine } from "./command-line.ts";
import type { Style } from "./paint.ts";
import type { ManagerStatus, ServiceStatus } from "./service-status.ts";

/** Something that an operator may have to look at. */
export interface Problem {
  /** `bad` where answers or a process are missing, `watch` where it may pass by itself. */
  readonly style: Extract<Style, "bad" | "watch">;
  /** One line without its end. */
  readonly text: string;
}

/** As many replicas that are wrong together win the vote, and leave too few that could outvote them. */
const sameVersionMin = 3;

/** What is wrong with a service as a whole, and shows in no state of a single process. */
export function problemsOfCluster(status: ServiceStatus): readonly Problem[] {
  return [...(isUnfounded(status) ? [unfounded] : []), ...sameVersionProblems(status.managers)];
}

const unfounded: Problem = {
  style: "bad",
  text:
    "four managers without data and nobody who may found a cluster: " +
    "start a sequencer with --found if this is a new cluster",
};

/** A sequencer tells the epoch of a trial too, so only what managers adopted and whom this front end heard lead counts. */
function isUnfounded({ epoch, newest, managers }: ServiceStatus): boolean {
  const wasLed = epoch !== null || newest !== null;
  return !wasLed && managers.every((manager) => manager.state === "starting" && manager.epoch === null);
}

function sameVersionProblems(managers: readonly ManagerStatus[]): readonly Problem[] {
  const running = managers.filter(({ state, version }) => state !== "unreachable" && version !== null);
  const versions = [...new Set(running.map(({ version }) => version))];
  const groups = versions.map((one) => running.filter(({ version }) => version === one).map(({ slot }) => slot));
  return groups.filter((group) => group.length >= sameVersionMin).map(sameVersion);
}

function sameVersion(group: readonly number[]): Problem {
  const last = String(group.at(-1));
  const names = `slots ${group.slice(0, -1).join(", ")} and ${last}`;
  const next = `${commandLine(["replace", last])} (lab only)`;
  return { style: "watch", text: `${names} run the same version: they have the same bugs; next: ${next}` };
}
