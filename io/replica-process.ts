import { type ChildProcess, spawn } from "node:child_process";

/** What a replica process is started with. */
export interface ReplicaProcessOptions {
  /** The command line: a program and its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Characters of one line at most; more is the end of the process. */
  readonly lineCharsMax: number;
  readonly onStarted: (pid: number) => void;
  /** Whole lines without their ends: all that one chunk completed. */
  readonly onLines: (lines: readonly string[]) => void;
  /** Once, when the process is gone or could not be started; never after `end`. */
  readonly onEnded: (cause: string) => void;
  readonly onTalk: (text: string) => void;
}

/** One replica as a child process: lines in, lines out, and an end that nothing survives. */
export class ReplicaProcess {
  readonly #options: ReplicaProcessOptions;
  readonly #child: ChildProcess;
  #unwritten = "";
  /** Pieces of the line that is not whole yet. */
  #unread: string[] = [];
  #unreadChars = 0;
  #isOver = false;

  constructor(options: ReplicaProcessOptions) {
    this.#options = options;
    const [program, ...args] = options.command;
    this.#child = spawn(program as string, args, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...options.environment },
      // In a group of its own, so that Ctrl-C at the terminal reaches only the one who is to end it in order.
      detached: true,
    });
    const { pid, stdin, stdout, stderr } = this.#child;
    this.#child.once("error", (error) => this.#over(error.message));
    this.#child.once("exit", (code, signal) => {
      // What a script started goes with it: nobody else would ever end that.
      this.#killGroup();
      this.#over(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
    stdin?.on("error", () => {});
    stdout?.setEncoding("utf8").on("data", (chunk: string) => this.#onChunk(chunk));
    stderr?.setEncoding("utf8").on("data", (text: string) => options.onTalk(text.slice(0, 1000)));
    if (pid !== undefined) options.onStarted(pid);
  }

  /** Writes a line; all lines of one turn go out together. */
  write(line: string): void {
    if (this.#unwritten === "") setImmediate(() => this.#flush());
    this.#unwritten += `${line}\n`;
  }

  /** Ends the process at once; nothing is heard of it from now on. */
  end(): void {
    this.#isOver = true;
    this.#kill();
  }

  #flush(): void {
    const text = this.#unwritten;
    this.#unwritten = "";
    if (!this.#isOver) this.#child.stdin?.write(text);
  }

  #onChunk(chunk: string): void {
    if (this.#isOver) return;
    const pieces = chunk.split("\n");
    const rest = pieces.pop() as string;
    if (pieces.length > 0) {
      pieces[0] = this.#unread.join("") + pieces[0];
      this.#unread = [];
      this.#unreadChars = 0;
    }
    this.#unread.push(rest);
    this.#unreadChars += rest.length;
    const { lineCharsMax, onLines } = this.#options;
    const tooLong = pieces.findIndex((line) => line.length > lineCharsMax);
    const whole = tooLong < 0 ? pieces : pieces.slice(0, tooLong);
    if (whole.length > 0) onLines(whole);
    if (tooLong < 0 && this.#unreadChars <= lineCharsMax) return;
    this.#kill();
    this.#over(`a line of over ${lineCharsMax} characters`);
  }

  /** The whole group: a command line may be a script that started the replica. Once it has ended, so has its group. */
  #kill(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    // Where the system has no groups, the process alone.
    if (!this.#killGroup()) this.#child.kill("SIGKILL");
  }

  /** False where there is no such group, or none any more. */
  #killGroup(): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      process.kill(-pid, "SIGKILL");
      return true;
    } catch {
      return false;
    }
  }

  #over(cause: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onEnded(cause);
  }
}
