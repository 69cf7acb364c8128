import { readFileSync } from "node:fs";
import { until } from "./polling.ts";

/** True while a process runs; one that ended and that nobody asked after does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return stateOf(pid) !== "Z";
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

/** The letter of a process's state (proc(5)); unknown where there is no `/proc`. */
function stateOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2)[0];
  } catch {
    return undefined;
  }
}
