import type { Terminal } from "./terminal.ts";

const quietMs = 2000;
const everyMs = 100;
/** Erase in Line (ECMA-48, 8.3.41): the whole of it. */
const eraseLine = "\u001b[2K";

/** One line on the screen that says how far long work has come; nothing where talk goes to no screen, or in the first 2 s. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #startedAt: number;
  #shownAt: number | undefined;

  /** `now` here and below is in milliseconds of any clock that does not go back. */
  constructor(terminal: Terminal, now: number) {
    this.#terminal = terminal;
    this.#startedAt = now;
  }

  /** Shows the text in the place of the one before, where it is time to. */
  show(text: string, now: number): void {
    const { screenColumns, talk } = this.#terminal;
    if (screenColumns === 0 || now - this.#startedAt < quietMs || now - (this.#shownAt ?? 0) < everyMs) return;
    this.#shownAt = now;
    talk(`${eraseLine}${text.slice(0, screenColumns - 1)}\r`);
  }

  /** Takes the line off the screen. */
  end(): void {
    if (this.#shownAt !== undefined) this.#terminal.talk(eraseLine);
  }
}
