import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FaultName } from "../protocol/fault.ts";
import { defaultLimits } from "../protocol/limits.ts";
import { LineSplitter } from "../replicas/line-splitter.ts";
import type { VersionName } from "../replicas/versions.ts";
import {
  CannotStart,
  type Conversation,
  type FailureKind,
  type Input,
  type Output,
  ReplicaFailed,
  type Subject,
} from "./conversation.ts";
import { shortText } from "./difference.ts";
import { judgeLine } from "./output-line.ts";

/** How a replica process is started and waited for. */
export interface ProcessOptions {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly theatres: readonly string[];
  /** The directory that it runs in; that of this process unless said. */
  readonly directory?: string;
  /** Milliseconds without a line while answers are missing after which it counts as silent. */
  readonly patienceMs?: number;
  /** A fault of the lab that is put into it at once. */
  readonly fault?: FaultName;
}

const replicaMain = fileURLToPath(new URL("../replicas/main.js", import.meta.url));
const patienceMsByDefault = 15_000;
const lastWordsCharsMax = 200;
const stderrCharsMax = 4096;
/** Milliseconds for the output of a process that is gone to be read, should another one hold it open. */
const afterExitMs = 500;
const faultSeed = 1;
const inOrder = "with exit code 0";

/** The command line with which a manager starts a version of this project, but for its limits of memory. */
export function versionCommand(version: VersionName): readonly string[] {
  return [process.execPath, replicaMain, version];
}

/** Any command line as a replica. */
export function processSubject(name: string, options: ProcessOptions): Subject {
  return {
    name,
    open: (theatres = options.theatres) =>
      new Promise((resolve, reject) => new ReplicaConversation({ ...options, theatres }, resolve, reject)),
  };
}

interface Telling {
  readonly inputs: readonly Input[];
  readonly outputs: Output[];
  written: number;
  readonly resolve: (outputs: readonly Output[]) => void;
  readonly reject: (failed: ReplicaFailed) => void;
}

/** A process in conversation: no more lines under way than its manager would have, and each answer judged as it comes. */
class ReplicaConversation implements Conversation {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #patienceMs: number;
  readonly #splitter = new LineSplitter(defaultLimits.replicaLineCharsMax);
  readonly #closed: Promise<string>;
  #stderr = "";
  #telling: Telling | undefined;
  #silence: NodeJS.Timeout | undefined;
  #failed: ReplicaFailed | undefined;
  #isClosing = false;

  constructor(options: ProcessOptions, onOpen: (self: Conversation) => void, onCannot: (error: CannotStart) => void) {
    const { command, theatres, directory, patienceMs = patienceMsByDefault, fault } = options;
    const [program = "", ...args] = command;
    this.#patienceMs = patienceMs;
    const lab = fault === undefined ? {} : { QUARTET_LAB: "1" };
    const env = { ...process.env, QUARTET_THEATRES: theatres.join(), ...lab };
    // In a group of its own, so that nothing of a script that starts the replica stays behind.
    this.#child = spawn(program, args, { env, detached: true, ...(directory === undefined ? {} : { cwd: directory }) });
    const { stdin, stdout, stderr } = this.#child;
    this.#closed = new Promise((resolve) => this.#watchEnd(resolve));
    this.#child.once("error", (error) => onCannot(new CannotStart(`cannot start ${program}: ${error.message}`)));
    this.#child.once("spawn", () => onOpen(this));
    // A replica that ended is found out by its missing answer, not by a broken pipe.
    stdin.on("error", () => {});
    stdout.setEncoding("utf8").on("data", (chunk: string) => this.#onChunk(chunk));
    stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrCharsMax);
    });
    if (fault !== undefined) stdin.write(`${JSON.stringify({ fault: { name: fault, seed: faultSeed } })}\n`);
  }

  tell(inputs: readonly Input[]): Promise<readonly Output[]> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed);
        return;
      }
      if (inputs.length === 0) {
        resolve([]);
        return;
      }
      this.#telling = { inputs, outputs: [], written: 0, resolve, reject };
      this.#silence = setTimeout(() => this.#fail("silent", this.#silenceText()), this.#patienceMs);
      this.#write(this.#telling);
    });
  }

  async close(): Promise<string | undefined> {
    this.#isClosing = true;
    this.#child.stdin.end();
    let isLate = false;
    const stop = setTimeout(() => {
      isLate = true;
      this.#kill();
    }, this.#patienceMs);
    const how = await this.#closed;
    clearTimeout(stop);
    if (isLate) return `it did not end within ${this.#patienceMs / 1000} s of its input`;
    return how === inOrder ? undefined : `it ended ${how}`;
  }

  #write(telling: Telling): void {
    const { inputs, outputs } = telling;
    const end = Math.min(inputs.length, outputs.length + defaultLimits.replicaInFlightMax);
    let text = "";
    for (; telling.written < end; telling.written++) text += `${JSON.stringify(inputs[telling.written])}\n`;
    if (text !== "") this.#child.stdin.write(text);
  }

  #onChunk(chunk: string): void {
    if (this.#failed !== undefined) return;
    const lines = this.#splitter.push(chunk);
    if (lines === undefined) {
      this.#fail("garbage", `it wrote a line of more than ${defaultLimits.replicaLineCharsMax} characters`);
      return;
    }
    for (const line of lines) {
      const judged = judgeLine(line, this.#asked());
      if (judged.kind !== "output") {
        this.#fail(judged.kind, judged.what);
        return;
      }
      this.#telling?.outputs.push(judged.output);
    }
    if (lines.length > 0) this.#goOn();
  }

  #goOn(): void {
    const telling = this.#telling;
    if (telling === undefined) return;
    this.#silence?.refresh();
    if (telling.outputs.length < telling.inputs.length) this.#write(telling);
    else this.#take()?.resolve(telling.outputs);
  }

  /** The oldest input that was written and has no answer. */
  #asked(): Input | undefined {
    const telling = this.#telling;
    if (telling === undefined || telling.outputs.length >= telling.written) return undefined;
    return telling.inputs[telling.outputs.length];
  }

  #take(): Telling | undefined {
    const telling = this.#telling;
    this.#telling = undefined;
    clearTimeout(this.#silence);
    return telling;
  }

  #watchEnd(resolve: (how: string) => void): void {
    const killOnExit = (): void => this.#kill();
    process.on("exit", killOnExit);
    let isOver = false;
    const over = (how: string): void => {
      if (isOver) return;
      isOver = true;
      process.off("exit", killOnExit);
      if (!this.#isClosing || this.#telling !== undefined) this.#fail("ended", `it ended ${how}${this.#missing()}`);
      resolve(how);
    };
    const told = (code: number | null, signal: string | null): string =>
      signal === null ? `with exit code ${code}` : `by the signal ${signal}`;
    this.#child.once("close", (code, signal) => over(told(code, signal)));
    this.#child.once("exit", (code, signal) => setTimeout(() => over(told(code, signal)), afterExitMs).unref());
    this.#child.once("error", () => over("before it began"));
  }

  #fail(kind: FailureKind, what: string): void {
    if (this.#failed !== undefined) return;
    const telling = this.#take();
    const words = this.#stderr.trimEnd().split("\n").at(-1) ?? "";
    this.#failed = new ReplicaFailed(kind, what, telling?.outputs ?? [], words.trim().slice(0, lastWordsCharsMax));
    this.#kill();
    telling?.reject(this.#failed);
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // The whole group is gone, or this system has none.
      if (exitCode === null && signalCode === null) this.#child.kill("SIGKILL");
    }
  }

  #silenceText(): string {
    return `it did not answer within ${this.#patienceMs / 1000} s${this.#missing()}`;
  }

  #missing(): string {
    const asked = this.#asked();
    return asked === undefined ? "" : `, asked ${shortText(asked)}`;
  }
}
