import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { until } from "./polling.ts";

const program = fileURLToPath(new URL("../../cli/main.js", import.meta.url));

/** How a process ended. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  readonly tookMs: number;
}

/** A command of `quartet` that runs as a process by itself, with all that it says. */
export class RoleProcess {
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  readonly #title: string;

  constructor(words: readonly string[]) {
    this.#title = words.slice(0, 3).join(" ");
    this.#process = spawn(process.execPath, [program, ...words], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, QUARTET_LOG: "info" },
    });
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: output as Readable }).on("line", (line) => this.#lines.push(line));
    }
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** What it has said so far, on either output. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Waits until it has said something; the first group of the pattern, or all that matched. */
  async untilSaid(pattern: RegExp, withinMs: number): Promise<string> {
    return await until(`${this.#title} says ${pattern}: ${this.#lines.join("\n")}`, withinMs, () => {
      const match = this.#lines.map((line) => pattern.exec(line)).find((found) => found !== null);
      return match?.[1] ?? match?.[0];
    });
  }

  /** Waits for its end, and ends it by force when that takes too long. */
  async ended(withinMs: number): Promise<ProcessEnd> {
    const startedAt = performance.now();
    const force = setTimeout(() => this.#process.kill("SIGKILL"), withinMs);
    if (!this.#hasEnded) await once(this.#process, "exit");
    clearTimeout(force);
    const { exitCode, signalCode } = this.#process;
    return { exitCode, signalCode, tookMs: performance.now() - startedAt };
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals, withinMs: number): Promise<ProcessEnd> {
    if (!this.#hasEnded) this.#process.kill(signal);
    return await this.ended(withinMs);
  }

  get #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
