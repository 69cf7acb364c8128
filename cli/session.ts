import type { Command } from "commander";
import { argumentReader } from "./argument-reader.ts";
import { defaultUrl } from "./command-line.ts";
import { type CommandOutcome, outcomeJson, outcomeTalk } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import type { SettingReader } from "./setting-readers.ts";
import type { Terminal } from "./terminal.ts";

/** The options that every command which asks the service has. */
export interface ServiceFlags {
  readonly url?: string;
  readonly json?: boolean;
}

/** One run of the command line: where it writes, and the exit code that it comes to. */
export class Session {
  readonly terminal: Terminal;
  exitCode: ExitCode = exitCodes.done;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  /** Does the work of a command with the URL of the service, and shows how it ended. */
  async run(command: Command, work: (url: string) => Promise<CommandOutcome>): Promise<void> {
    const { url, json } = command.opts<ServiceFlags>();
    const given = url ?? command.parent?.opts<ServiceFlags>().url;
    this.show(nameOf(command), json === true, await work(this.#urlFor(command, given)));
  }

  /** Data goes to standard output, talk to standard error; with `--json` one object says all of it. */
  show(command: string, isJson: boolean, outcome: CommandOutcome): void {
    this.exitCode = outcome.exitCode;
    if (isJson) this.terminal.write(`${outcomeJson(command, outcome)}\n`);
    else if (outcome.kind === "answer") this.terminal.write(outcome.text);
    this.terminal.talk(outcomeTalk(outcome));
  }

  #urlFor(command: Command, given: string | undefined): string {
    if (given !== undefined) return given;
    const variable = this.terminal.environment["QUARTET_URL"] ?? "";
    return variable === "" ? defaultUrl : argumentReader(command, "QUARTET_URL", serviceUrl)(variable);
  }
}

/** The name of a command with those that it stands under, like `log verify`. */
export function nameOf(command: Command): string {
  const above = command.parent;
  return above === null || above.parent === null ? command.name() : `${nameOf(above)} ${command.name()}`;
}

/** Gives a command the options of every command that asks the service. */
export function addServiceOptions(command: Command): Command {
  return command
    .option(
      "--url <url>",
      `where the service is (default: $QUARTET_URL, else ${defaultUrl})`,
      argumentReader(command, "--url", serviceUrl),
    )
    .option("--json", "write one JSON object");
}

/** Scheme, host and port of a service. */
export const serviceUrl: SettingReader<string> = {
  expected: `http://HOST:PORT, like ${defaultUrl}`,
  read: (given) => {
    const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
    const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
    if (url === undefined || !isHttp || url.pathname !== "/" || url.search !== "" || url.hash !== "") return undefined;
    return url.origin;
  },
};
