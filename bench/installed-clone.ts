import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const notCopied = /^(\.git|node_modules|dist.*|data|coverage)$/;
const readyMsMax = 60_000;
const endMsMax = 10_000;

/** A service that was started with `npm start`. */
export interface StartedService {
  readonly url: string;
  /** Milliseconds from the command to the line that says ready. */
  readonly readyMs: number;
  /** The process of npm, which started all others. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** A copy of the sources with the packages installed and nothing compiled, as it is after `git clone` and `npm ci`. */
export class InstalledClone {
  readonly #directory = mkdtempSync(join(tmpdir(), "quartet-bench-"));

  constructor() {
    cpSync(root, this.#directory, { recursive: true, filter: (path) => !notCopied.test(relative(root, path)) });
    symlinkSync(join(root, "node_modules"), join(this.#directory, "node_modules"));
  }

  /** Runs `npm start` on fresh data and waits until the service can answer. */
  async start(data: string): Promise<StartedService> {
    const startedAt = performance.now();
    const child = spawn("npm", ["start", "--silent", "--", "--port", "0", "--data", join(this.#directory, data)], {
      cwd: this.#directory,
      stdio: ["ignore", "pipe", "inherit"],
      // In a group of its own, so that it and the launcher that it runs end together.
      detached: true,
    });
    const url = await readyLine(child);
    return { url, readyMs: performance.now() - startedAt, pid: child.pid as number, stop: () => stop(child) };
  }

  /** Removes the copy. */
  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in ${readyMsMax} ms`)), readyMsMax);
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code}`)));
    if (child.stdout === null) return;
    createInterface(child.stdout).on("line", (line) => {
      const url = /^ready (http\S+)/.exec(line)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}

/** Interrupts the whole group, as Ctrl-C in a terminal does. */
function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), endMsMax);
    child.removeAllListeners("exit");
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    process.kill(-(child.pid as number), "SIGINT");
  });
}
