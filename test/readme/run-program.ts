import { spawn, spawnSync } from "node:child_process";
import { root } from "./repository-files.ts";

/** What a program did. */
export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  /** What it wrote to standard error, or why it could not be started. */
  readonly talk: string;
}

/** Longer than any program of the README takes on a busy machine: the import of zeep alone takes seconds. */
const runMsMax = 45_000;

/** Runs a program at the root of the repository until it ends, with the text as its input. */
export async function runProgram(
  command: readonly string[],
  input: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { cwd: root, env: environmentFor(variables), timeout: runMsMax });
  const written = { output: "", talk: "" };
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    written.output += piece;
  });
  child.stderr.setEncoding("utf8").on("data", (piece: string) => {
    written.talk += piece;
  });
  // A program that cannot be started, or that ends before it has read everything, is told by what it did.
  child.stdin.on("error", () => {}).end(input);
  return await new Promise((resolve) => {
    child.on("error", (error) => resolve({ ...written, exitCode: null, talk: error.message }));
    child.on("close", (exitCode) => resolve({ ...written, exitCode }));
  });
}

/** Whether a program can be started and ends well. */
export function succeeds(command: readonly string[]): boolean {
  const [file = "", ...args] = command;
  return spawnSync(file, args, { stdio: "ignore", timeout: runMsMax }).status === 0;
}

/** This process's environment without its proxies and settings of Quartet, which nobody who reads the README has. */
export function environmentFor(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(.*_proxy|QUARTET_.*)$/i.test(name));
  return { ...Object.fromEntries(own), ...variables };
}
