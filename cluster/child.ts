import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type ClusterSettings, type RoleSettings, settingsEnvironment } from "../io/cluster-settings.ts";
import type { ChildReport } from "../io/process-life.ts";

/** Which program a child runs. */
export type RoleName = "frontend" | "sequencer" | "replica-manager";

/** What a child is started with. */
export interface ChildOptions {
  readonly roleName: RoleName;
  readonly cluster: ClusterSettings;
  /** Asked at each start. */
  readonly role: () => RoleSettings;
  readonly onReport: (report: ChildReport) => void;
  readonly onEnded: (cause: string) => void;
}

const restartMs = { min: 50, max: 5000 };
/** A child that lived this long is started again after the shortest delay. */
const livedLongMs = 10_000;
/** Short of the 5 s in which everything has to be ended, with time for the exit itself. */
const endMs = 3000;

/** One process of the cluster: started, watched, started again, ended. */
export class Child {
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #delayMs = restartMs.min;
  #isEnding = false;

  constructor(options: ChildOptions) {
    this.#options = options;
    this.#start();
  }

  /** Ends the process in order, by force when it takes too long. */
  async end(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#timer);
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const force = setTimeout(() => child.kill("SIGKILL"), endMs);
      child.once("exit", () => {
        clearTimeout(force);
        resolve();
      });
      child.kill("SIGTERM");
    });
  }

  #start(): void {
    const { roleName, cluster, role, onReport } = this.#options;
    const program = fileURLToPath(new URL(`../${roleName}/main.js`, import.meta.url));
    const startedAt = performance.now();
    this.#process = fork(program, [], {
      env: { ...process.env, ...settingsEnvironment(cluster, role()) },
      execArgv: ["--disable-proto=delete"],
      // Standard output is for what was asked for; children only talk.
      stdio: ["ignore", 2, 2, "ipc"],
      // In a group of its own, so that Ctrl-C at the terminal reaches only the one who ends the others in order.
      detached: true,
    });
    this.#process.on("error", (error) => this.#options.onEnded(error.message));
    this.#process.on("message", (report) => onReport(report as ChildReport));
    this.#process.once("exit", (code, signal) =>
      this.#onExit(signal ?? `exit code ${code}`, performance.now() - startedAt),
    );
  }

  #onExit(cause: string, livedMs: number): void {
    if (this.#isEnding) return;
    this.#options.onEnded(cause);
    this.#delayMs = livedMs > livedLongMs ? restartMs.min : Math.min(restartMs.max, 2 * this.#delayMs);
    this.#timer = setTimeout(() => this.#start(), this.#delayMs);
  }
}
