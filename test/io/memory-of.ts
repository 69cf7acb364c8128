import { existsSync, readFileSync } from "node:fs";

const kiBPerMiB = 1024;

/** The memory of a process that is resident, where there is a `/proc` (proc(5)). */
export class MemoryOf {
  static readonly canBeSeen = existsSync("/proc/self/status");
  readonly #pid: number;
  /** The most that was ever resident, in MiB; 0 before the first look. */
  mostMiB = 0;

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** MiB that are resident now; 0 when the process is gone. */
  look(): number {
    try {
      const text = readFileSync(`/proc/${this.#pid}/status`, "utf8");
      const mib = (name: string) => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(text)?.[1] ?? 0) / kiBPerMiB;
      this.mostMiB = Math.max(this.mostMiB, mib("VmHWM"));
      return mib("VmRSS");
    } catch {
      return 0;
    }
  }
}
