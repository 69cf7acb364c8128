import { runProgram } from "../../cli/program.ts";

/** What a command line left behind. */
export interface Ran {
  readonly exitCode: number;
  /** Standard output. */
  readonly data: string;
  /** Standard error. */
  readonly talk: string;
}

/** Runs a command line in this process, with an environment of its own. */
export async function run(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  hasColours = false,
): Promise<Ran> {
  let data = "";
  let talk = "";
  const exitCode = await runProgram(words, {
    write: (text) => {
      data += text;
    },
    talk: (text) => {
      talk += text;
    },
    environment,
    hasColours,
    screenColumns: 0,
  });
  return { exitCode, data, talk };
}
