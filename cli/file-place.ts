import { existsSync, statSync } from "node:fs";
import { dirname, sep } from "node:path";
import { quoteWord } from "./command-line.ts";

/** Why a file cannot be where it was named, and what to type next. */
export interface PlaceProblem {
  readonly message: string;
  readonly next: string;
}

/** What is wrong with the directory that a new file (an absolute path) shall be put into; `undefined` where it is there. */
export function placeProblem(file: string): PlaceProblem | undefined {
  const directory = dirname(file);
  // With the separator at its end a file is none.
  if (existsSync(`${directory}${sep}`)) return undefined;
  const message = `there is no directory ${directory}: make it first, or name another file`;
  return { message, next: `mkdir -p ${quoteWord(directory)}` };
}

/** True for anything that can be read from, a pipe too. */
export function isFileThere(file: string): boolean {
  return existsSync(file) && !statSync(file).isDirectory();
}
