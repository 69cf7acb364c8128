import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { processTree, sumOf } from "./process-figures.ts";

const replicaProgram = fileURLToPath(new URL("../replicas/main.js", import.meta.url));

/** A replica process that is told lines, and counts what it answers. */
export class ReplicaUnderLoad {
  readonly #child;
  readonly #pid: number;
  #owed = 0;
  #onHeard = () => {};

  /** Starts a version of this project. */
  constructor(version: string) {
    this.#child = spawn(process.execPath, ["--max-old-space-size=4096", replicaProgram, version], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#pid = this.#child.pid as number;
    this.#child.stdout.on("data", (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 10) this.#owed--;
      this.#onHeard();
    });
  }

  /** Writes lines, and waits until no more than so many answers are owed. */
  async tell(lines: readonly string[], owedMax = 0): Promise<void> {
    this.#owed += lines.length;
    if (!this.#child.stdin.write(`${lines.join("\n")}\n`)) await once(this.#child.stdin, "drain");
    await this.settle(owedMax);
  }

  /** Waits until no more than so many answers are owed. */
  async settle(owedMax = 0): Promise<void> {
    while (this.#owed > owedMax) {
      await new Promise<void>((resolve) => {
        this.#onHeard = resolve;
      });
    }
  }

  /** CPU time so far, and memory now. */
  figures(): { readonly cpuMs: number; readonly pssBytes: number } {
    const tree = processTree(this.#pid);
    return { cpuMs: sumOf(tree, "cpuMs"), pssBytes: sumOf(tree, "pssBytes") };
  }

  /** Ends the input, and waits for the end of the process. */
  async end(): Promise<void> {
    this.#child.stdin.end();
    await once(this.#child, "close");
  }
}
