import { Command, CommanderError, Help } from "commander";
import { argumentReader } from "./argument-reader.ts";
import { addBookingCommands } from "./booking-commands.ts";
import { addCheckReplicaCommand } from "./check-replica-command.ts";
import { outcomeJson } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { addHelpCommand } from "./help-command.ts";
import { addKeyCommand } from "./key-command.ts";
import { addLabCommands } from "./lab-commands.ts";
import { addLogCommand } from "./log-command.ts";
import { readVersion } from "./read-version.ts";
import { addReplaceCommand } from "./replace-command.ts";
import { addReplayCommand } from "./replay-command.ts";
import { addRoleCommands } from "./role-command.ts";
import { nameOf, Session, serviceUrl } from "./session.ts";
import { addSnapshotCommand } from "./snapshot-command.ts";
import { addStartCommand } from "./start-command.ts";
import { addStatusCommands } from "./status-commands.ts";
import type { Terminal } from "./terminal.ts";
import { addVotesCommand } from "./votes-command.ts";
import { addWatchCommand } from "./watch-command.ts";

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
    return showUsageError(namesIn(words, program).join(" "), words, error, terminal);
  }
}

function makeProgram(session: Session): Command {
  const { write, talk, hasColours } = session.terminal;
  const program = new Command("quartet");
  program
    .description("Ticket booking for cinemas by four replicas that vote")
    .version(readVersion())
    .option("--url <url>", "where the service is, also behind a command", argumentReader(program, "--url", serviceUrl))
    // Else it would take the --url of a command for its own.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ visibleCommands: leavesOf, subcommandTerm: termOf })
    .configureOutput({ writeOut: write, writeErr: talk, getOutHasColors: () => hasColours })
    .showSuggestionAfterError()
    .addHelpText("after", `\n${exitCodeHelp}`);
  addStartCommand(program, session);
  addRoleCommands(program, session);
  addKeyCommand(program, session);
  addStatusCommands(program, session);
  addWatchCommand(program, session);
  addBookingCommands(program, session);
  addVotesCommand(program, session);
  addLabCommands(program, session);
  addReplaceCommand(program, session);
  addLogCommand(program, session);
  addSnapshotCommand(program, session);
  addCheckReplicaCommand(program, session);
  addReplayCommand(program, session);
  addHelpCommand(program);
  program.showHelpAfterError("next: npx quartet help");
  nameHelpOf(program.commands, "npx quartet help");
  return program;
}

function nameHelpOf(commands: readonly Command[], help: string): void {
  for (const command of commands) {
    command.showHelpAfterError(`next: ${help} ${command.name()}`);
    nameHelpOf(command.commands, `${help} ${command.name()}`);
  }
}

/** The commands that can be typed: `log verify` and not `log`. */
function leavesOf(command: Command): Command[] {
  return command.commands.flatMap((one) => (one.commands.length === 0 ? [one] : leavesOf(one)));
}

function termOf(command: Command): string {
  const above = nameOf(command).slice(0, -command.name().length);
  return above + new Help().subcommandTerm(command);
}

const exitCodeHelp =
  "Exit codes: 0 done, 1 refused, 2 usage, 3 no agreement or unknown outcome, 4 cannot reach the service";

/** The names of the command that is meant and of those that it stands under. */
function namesIn(words: readonly string[], program: Command): readonly string[] {
  const names: string[] = [];
  let found = program;
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word);
    if (next === undefined) continue;
    names.push(word);
    found = next;
  }
  return names;
}

/** Commander has told people; a script that asked for JSON is told too. */
function showUsageError(
  command: string,
  words: readonly string[],
  error: CommanderError,
  terminal: Terminal,
): ExitCode {
  const exitCode = exitCodes.usage;
  if (!words.includes("--json")) return exitCode;
  const message = error.message.replace(/^error: /, "");
  const next = `npx quartet help ${command}`.trimEnd();
  terminal.write(`${outcomeJson(command, { kind: "failure", exitCode, code: "USAGE", message, next })}\n`);
  return exitCode;
}
