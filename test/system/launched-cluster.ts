import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Cluster } from "../../cluster/cluster.ts";
import type { StartOptions } from "../../cluster/start-options.ts";
import type { Waiting } from "../../io/process-life.ts";
import type { LauncherReport } from "./launcher.ts";
import { treeOf, untilGone } from "./processes.ts";

const endMsMax = 5000;

/** Takes a line that any process of a cluster wrote on its standard error. */
export type OnLine = (line: string) => void;

/** A cluster whose launcher is a process of its own, which can be stopped and killed like all others. */
export class LaunchedCluster {
  /** Resolves when it answers; rejects with the reason why it never will. */
  readonly ready: Promise<Cluster>;
  /** What the processes said of themselves until it answered, oldest first. */
  readonly waitings: readonly Waiting[];
  readonly #launcher: ChildProcess;

  constructor(options: StartOptions, onLine: OnLine) {
    const waitings: Waiting[] = [];
    this.waitings = waitings;
    this.#launcher = fork(fileURLToPath(new URL("launcher.js", import.meta.url)), {
      env: { ...process.env, QUARTET_LOG: "info" },
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    });
    createInterface({ input: this.#launcher.stderr as Readable }).on("line", onLine);
    this.ready = new Promise((resolve, reject) => {
      this.#launcher.on("message", (report: LauncherReport) => {
        if (report.kind === "waiting") waitings.push(report);
        else if (report.kind === "failed") reject(new Error(report.why));
        else resolve({ url: report.url, localUrl: report.localUrl, stop: () => this.#stop() });
      });
      this.#launcher.once("exit", () => reject(new Error("the launcher ended")));
    });
    // It may be cut before anybody waits for it.
    this.ready.catch(() => {});
    this.#launcher.send(options);
  }

  /** Its launcher and all processes below it. */
  get pids(): readonly number[] {
    return treeOf(this.#launcher.pid as number);
  }

  /** Kills every process, as a power cut does: none has time for a last word, and none is started again meanwhile. */
  async cut(): Promise<void> {
    if (this.#isEnded) return;
    this.#launcher.kill("SIGSTOP");
    const pids = this.pids;
    for (const pid of pids.toReversed()) kill(pid);
    await once(this.#launcher, "exit");
    await untilGone(pids, endMsMax);
  }

  /** Does something while the launcher is frozen: a process that ends meanwhile is started again only afterwards. */
  async withoutRestarts(act: () => Promise<void>): Promise<void> {
    this.#launcher.kill("SIGSTOP");
    try {
      await act();
    } finally {
      this.#launcher.kill("SIGCONT");
    }
  }

  get #isEnded(): boolean {
    return this.#launcher.exitCode !== null || this.#launcher.signalCode !== null;
  }

  async #stop(): Promise<void> {
    const pids = this.pids;
    const ended = once(this.#launcher, "exit");
    this.#launcher.send("stop");
    await ended;
    await untilGone(pids, endMsMax);
  }
}

/** One that ended by itself in the meantime is no trouble. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
