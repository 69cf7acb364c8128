import { readdirSync, readFileSync } from "node:fs";
import { until } from "./polling.ts";

/** True while a process runs; one that ended and that nobody asked after does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return stateOf(pid) !== "Z";
}

/** A process and all processes below it, those above before those below (proc(5)). */
export function treeOf(pid: number): readonly number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(all.map((one) => [one, Number(statOf(one)?.[1])]));
  const tree = [pid];
  for (const above of tree) tree.push(...all.filter((one) => parents.get(one) === above));
  return tree;
}

/** Waits until none of the processes runs; when the time is over, ends those that do and says which they were. */
export async function untilGone(pids: readonly number[], withinMs: number): Promise<void> {
  try {
    await until("every process is gone", withinMs, () => (pids.some(isAlive) ? undefined : true));
  } catch (error) {
    const left = pids.filter(isAlive);
    for (const pid of left) process.kill(pid, "SIGKILL");
    throw new Error(`processes stayed behind: ${left.join(", ")}`, { cause: error });
  }
}

/** The letter of a process's state; unknown where there is no `/proc`. */
function stateOf(pid: number): string | undefined {
  return statOf(pid)?.[0];
}

/** What stands behind a process's name in its `stat`: its state, its parent and so on (proc(5)). */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
