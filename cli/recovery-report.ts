import type { Waiting } from "../io/process-life.ts";
import { startJsonVersion } from "./render-start.ts";
import { recoveringJson, renderRecovering } from "./render-waiting.ts";
import type { Terminal } from "./terminal.ts";

const everyMs = 1000;
/** Erase in Line (ECMA-48, 8.3.41): the whole of it. */
const eraseLine = "\u001b[2K";

/**
 * Tells how far the managers have come with their data while a service starts: at most once a second and only what has
 * changed; one line that is written again on a screen, lines elsewhere, and with `--json` an object on standard output.
 */
export class RecoveryReport {
  readonly #terminal: Terminal;
  readonly #isJson: boolean;
  #told = "";
  #toldAt: number | undefined;
  #isOver = false;

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.#isJson = isJson;
  }

  /** Tells it, where it is time to; `now` in milliseconds of any clock that does not go back. */
  show(waiting: Waiting, now: number): void {
    const line = renderRecovering(waiting);
    // What is over within the first second is no recovery that anybody waits for.
    this.#toldAt ??= now;
    if (this.#isOver || line === "" || line === this.#told || now - this.#toldAt < everyMs) return;
    this.#told = line;
    this.#toldAt = now;
    if (this.#isJson) this.#terminal.write(recoveringJson(waiting, startJsonVersion));
    const { screenColumns, talk } = this.#terminal;
    // Back at its first column the cursor lets a line of the log take its place.
    talk(screenColumns === 0 ? `${line}\n` : `${eraseLine}${line.slice(0, screenColumns - 1)}\r`);
  }

  /** Takes the line off the screen; nothing is told any more, though managers of a start that was given up still load. */
  end(): void {
    this.#isOver = true;
    if (this.#told !== "" && this.#terminal.screenColumns > 0) this.#terminal.talk(eraseLine);
  }
}
