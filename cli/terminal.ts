/** Where a command writes and what it may know of where it runs. */
export interface Terminal {
  /** Data, on standard output. */
  readonly write: (text: string) => void;
  /** Talk for people, on standard error. */
  readonly talk: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether data is shown in colours: on a terminal, unless `NO_COLOR` (https://no-color.org) or `TERM=dumb` is set. */
  readonly hasColours: boolean;
  /** Characters of a line of the screen that talk goes to, on which a line can be written again; 0 where it is none. */
  readonly screenColumns: number;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  // A reader that closed its pipe (`| head`) is no error, and no reason to end a service.
  for (const stream of [stdout, stderr]) stream.on("error", () => {});
  return {
    write: (text) => void stdout.write(text),
    talk: (text) => void stderr.write(text),
    environment: env,
    hasColours: stdout.isTTY && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb",
    screenColumns: stderr.isTTY && env["TERM"] !== "dumb" ? stderr.columns : 0,
  };
}
