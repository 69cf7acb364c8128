import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
const home = "\u001b[H";
const eraseLineEnd = "\u001b[K";
const eraseBelow = "\u001b[J";

/** How a command on a terminal ended. */
export interface TerminalEnd {
  /** Its exit code; below 0 the signal that ended it. */
  readonly code: number;
  /** Whether the settings of the terminal are those of before. */
  readonly isRestored: boolean;
}

/** The `quartet` command on a terminal of its own. */
export class WatchedTerminal {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<TerminalEnd>;
  #written = "";

  constructor(words: readonly string[], [columns, rows]: readonly [number, number], nodeOptions = "") {
    const args = ["test/system/pseudo-terminal.py", `${columns}`, `${rows}`, process.execPath, command, ...words];
    const env = { ...process.env, TERM: "xterm", NO_COLOR: "1", NODE_OPTIONS: nodeOptions };
    this.#process = spawn("python3", args, { env });
    this.#process.stdout.setEncoding("utf8").on("data", (piece: string) => {
      this.#written += piece;
    });
    this.#process.stdin.on("error", () => {});
    this.#ended = new Promise((resolve, reject) => {
      this.#process.on("error", reject);
      let talk = "";
      this.#process.stderr.setEncoding("utf8").on("data", (piece: string) => {
        talk += piece;
      });
      this.#process.on("close", () => {
        const end = talk.split("\n").find((line) => line.startsWith("{"));
        if (end === undefined) reject(new Error(`the terminal ended: ${talk}`));
        else resolve(JSON.parse(end) as TerminalEnd);
      });
    });
    // Whoever waits for it is told; until then nobody is.
    this.#ended.catch(() => {});
  }

  /** All that was written to it. */
  get written(): string {
    return this.#written;
  }

  /** The lines of the last screen that was drawn to its end, which is where the next one begins. */
  get screen(): readonly string[] {
    const [, ...frames] = this.#written.split(home);
    const shown = (frames.at(-2) ?? "").replaceAll(eraseLineEnd, "").replace(eraseBelow, "");
    return shown.split("\r\n");
  }

  press(key: string): void {
    this.#tell({ key });
  }

  resize(columns: number, rows: number): void {
    this.#tell({ size: [columns, rows] });
  }

  signal(number: number): void {
    this.#tell({ signal: number });
  }

  /** Resolves when the command has ended. */
  async ended(): Promise<TerminalEnd> {
    return await this.#ended;
  }

  /** Ends the command, whatever it does. */
  async end(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended.catch(() => {});
  }

  #tell(what: Readonly<Record<string, unknown>>): void {
    this.#process.stdin.write(`${JSON.stringify(what)}\n`);
  }
}
