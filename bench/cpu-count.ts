import type { ProcessFigures } from "./process-figures.ts";

/** CPU time of all processes of one role, per booking. */
export interface CpuOfRole {
  readonly role: string;
  readonly processes: number;
  readonly cpuUsPerRequest: number;
}

/** Adds up the CPU time of a service over several rounds, by the role of its processes. */
export class CpuCount {
  readonly #cpuMs = new Map<string, number>();
  readonly #processes = new Map<string, number>();
  #requests = 0;

  /** Takes the figures around a round of so many requests in. */
  add(before: readonly ProcessFigures[], after: readonly ProcessFigures[], requests: number): void {
    this.#requests += requests;
    this.#processes.clear();
    for (const { pid, role, cpuMs } of after) {
      const spentMs = cpuMs - (before.find((figure) => figure.pid === pid)?.cpuMs ?? 0);
      this.#cpuMs.set(role, (this.#cpuMs.get(role) ?? 0) + spentMs);
      this.#processes.set(role, (this.#processes.get(role) ?? 0) + 1);
    }
  }

  /** What one request took. */
  perRequest(): readonly CpuOfRole[] {
    return [...this.#cpuMs].map(([role, cpuMs]) => ({
      role,
      processes: this.#processes.get(role) ?? 0,
      cpuUsPerRequest: (1000 * cpuMs) / this.#requests,
    }));
  }
}
