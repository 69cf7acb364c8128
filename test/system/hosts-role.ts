import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import type { Host } from "./netns-lan.ts";
import { until } from "./polling.ts";

const program = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
/** How long a role has to end in order. */
const endMsMax = 5000;
const openMsMax = 30_000;

/** One role of a cluster that runs on a host by its own command. */
export class HostRole {
  readonly host: Host;
  /** What it is, for whoever reads its lines. */
  readonly title: string;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];

  /** Starts `quartet` with a command line. */
  constructor(host: Host, words: readonly string[]) {
    this.host = host;
    this.title = `${words.slice(0, 3).join(" ")} on host ${host.number}`;
    const [command, ...args] = host.namespace.commandLine(process.execPath, program, ...words);
    this.#process = spawn(command, args, {
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

  /** What it has written since this was asked last. */
  takeLines(): readonly string[] {
    return this.#lines.splice(0);
  }

  /** Waits until it has written a line that matches; what was matched. */
  async untilLine(pattern: RegExp, withinMs: number): Promise<RegExpMatchArray> {
    return await until(`${this.title} writes a line like ${pattern}`, withinMs, () => {
      if (this.hasEnded) throw new Error(`it ended with ${this.#process.exitCode ?? this.#process.signalCode}`);
      return this.#lines.map((line) => line.match(pattern)).find((match) => match !== null);
    });
  }

  /** Waits until it is open for messages. */
  async untilOpen(): Promise<void> {
    await this.untilLine(/^(sequencer|replica-manager) \d at /, openMsMax);
  }

  /** Ends it in order, as `systemctl stop` does; expects that it does so in time, and has not failed before. */
  async stop(): Promise<void> {
    const force = setTimeout(() => this.#process.kill("SIGKILL"), endMsMax);
    this.#process.kill("SIGTERM");
    await this.ended();
    clearTimeout(force);
    const { exitCode, signalCode } = this.#process;
    expect({ exitCode, signalCode }, `the end of ${this.title}`).to.deep.equal({ exitCode: 0, signalCode: null });
  }

  /** Ends it by force. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    this.#process.kill("SIGKILL");
    await this.ended();
  }

  /** Resolves when it has ended, by itself or not. */
  async ended(): Promise<void> {
    if (!this.hasEnded) await once(this.#process, "exit");
  }

  /** What it ended with by itself; `null` before that. */
  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  /** True once it ended, by itself or not. */
  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
