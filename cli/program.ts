import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { addBookingCommands } from "./booking-commands.ts";
import { outcomeJson } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { addLabCommands } from "./lab-commands.ts";
import { Session } from "./session.ts";
import { addStartCommand } from "./start-command.ts";
import { addStatusCommands } from "./status-commands.ts";
import type { Terminal } from "./terminal.ts";

/** Runs a command line, given without the names of Node and the script, and tells the exit code. */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const session = new Session(terminal);
  const program = makeProgram(session);
  try {
    await program.parseAsync(words, { from: "user" });
    return session.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    return showUsageError(words, error, terminal);
  }
}

function makeProgram(session: Session): Command {
  const { write, talk, hasColours } = session.terminal;
  const program = new Command("quartet")
    .description("Ticket booking for cinemas by four replicas that vote")
    .version(readVersion())
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: talk, getOutHasColors: () => hasColours })
    .showSuggestionAfterError()
    .addHelpText("after", `\n${exitCodeHelp}`);
  addStartCommand(program, session);
  addStatusCommands(program, session);
  addBookingCommands(program, session);
  addLabCommands(program, session);
  for (const command of program.commands) command.showHelpAfterError(`next: npx quartet help ${command.name()}`);
  program.showHelpAfterError("next: npx quartet help");
  return program;
}

const exitCodeHelp =
  "Exit codes: 0 done, 1 refused, 2 usage, 3 no agreement or unknown outcome, 4 cannot reach the service";

/** Commander has told people; a script that asked for JSON is told too. */
function showUsageError(words: readonly string[], error: CommanderError, terminal: Terminal): ExitCode {
  const exitCode = exitCodes.usage;
  if (!words.includes("--json")) return exitCode;
  const [command = ""] = words;
  const message = error.message.replace(/^error: /, "");
  const next = `npx quartet help ${command}`.trimEnd();
  terminal.write(`${outcomeJson(command, { kind: "failure", exitCode, code: "USAGE", message, next })}\n`);
  return exitCode;
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
