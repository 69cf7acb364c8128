import type { Size } from "./watch-layout.ts";

/** A screen that is drawn upon until it is closed. */
export interface Screen {
  /** What it has room for now. */
  readonly size: () => Size;
  /** Draws these lines in the place of what was there. */
  readonly show: (lines: readonly string[]) => void;
  /** Gives the terminal back as it was found; once is enough, more does no harm. */
  readonly close: () => void;
}

/** What a screen asks of who draws on it. */
export interface ScreenEvents {
  /** A person wants to end, or the terminal is gone. */
  readonly quit: () => void;
  /** What was drawn is not on the screen any more, or not as it should be. */
  readonly redraw: () => void;
}

/** Of a terminal that does not tell its size: that of the VT100. */
const sizeUnknown: Size = { columns: 80, rows: 24 };
const ctrlC = "\u0003";
const escapeCharacter = "\u001b";

/**
 * ECMA-48 and the private modes of xterm (https://invisible-island.net/xterm/ctlseqs): the other screen, so that what
 * was there comes back; no cursor; no wrapping, so that a wide character cannot move what stands below it.
 */
const enter = `${escapeCharacter}[?1049h${escapeCharacter}[?25l${escapeCharacter}[?7l`;
const leave = `${escapeCharacter}[?7h${escapeCharacter}[?25h${escapeCharacter}[?1049l`;
const home = `${escapeCharacter}[H`;
const eraseLineEnd = `${escapeCharacter}[K`;
const eraseBelow = `${escapeCharacter}[J`;

/** Takes a terminal over; it is given back by `close`, or else when this process exits, by an error too. */
export function openScreen(input: NodeJS.ReadStream, output: NodeJS.WriteStream, events: ScreenEvents): Screen {
  const onKeys = (keys: Buffer | string): void => {
    if (isQuit(keys.toString())) events.quit();
  };
  // Whoever stopped this process has used the terminal meanwhile. Raw mode that is set is not set again.
  const onContinue = (): void => {
    setRaw(input, false);
    setRaw(input, true);
    output.write(enter);
    events.redraw();
  };
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    process.off("exit", close).off("SIGCONT", onContinue);
    output.off("resize", events.redraw).off("error", events.quit);
    output.write(leave);
    setRaw(input, false);
    // The stream goes on reading a terminal that hung up, and then fails: somebody has to listen.
    input.off("data", onKeys).off("end", events.quit).pause();
  };
  process.on("exit", close).on("SIGCONT", onContinue);
  output.on("resize", events.redraw).on("error", events.quit);
  input.on("error", events.quit);
  // Whatever else stands in for the keyboard, like `/dev/null`, ends at once and types nothing.
  if (input.isTTY) input.on("end", events.quit).on("data", onKeys);
  setRaw(input, true);
  output.write(enter);
  return {
    size: () => ({ columns: output.columns || sizeUnknown.columns, rows: output.rows || sizeUnknown.rows }),
    show: (lines) => void output.write(frameOf(lines)),
    close,
  };
}

/**
 * Line by line over what was there: a screen that is erased first flickers. What is erased goes before what is written:
 * behind a line that fills the screen the cursor still stands on its last character.
 */
function frameOf(lines: readonly string[]): string {
  const drawn = lines.map((line, at) => (at === lines.length - 1 ? eraseBelow : eraseLineEnd) + line);
  return home + drawn.join("\r\n");
}

/** A key that sends several characters, like an arrow, may have a `q` among them. */
function isQuit(keys: string): boolean {
  return keys.includes(ctrlC) || (!keys.startsWith(escapeCharacter) && /q/i.test(keys));
}

/** Without a terminal to type at there is nothing to set: a signal ends it then. */
function setRaw(input: NodeJS.ReadStream, isRaw: boolean): void {
  if (input.isTTY) input.setRawMode(isRaw);
}
