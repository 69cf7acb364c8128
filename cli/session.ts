import { type Command, InvalidArgumentError } from "commander";
import { defaultUrl } from "./command-line.ts";
import { type CommandOutcome, outcomeJson, outcomeTalk } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
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
    if (variable === "") return defaultUrl;
    try {
      return readUrl(variable);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      return command.error(`error: QUARTET_URL: ${error.message}`);
    }
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
    .option("--url <url>", `where the service is (default: $QUARTET_URL, else ${defaultUrl})`, readUrl)
    .option("--json", "write one JSON object");
}

/** Scheme, host and port. */
export function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === "http:" || url?.protocol === "https:";
  if (url === undefined || !isHttp || url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new InvalidArgumentError(`the form is http://HOST:PORT, like ${defaultUrl}.`);
  }
  return url.origin;
}

/** A number of tickets, seats or a slot: which of them make sense, the service says. */
export function readWholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("it is a whole number.");
  return Number(text);
}
