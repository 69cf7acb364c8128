import type { Command } from "commander";

/** Registers `help`, which explains a command by its name, and says so when there is none. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command("help")
    .description("explain a command, with an example")
    .argument("[command...]", "its name, like book or log verify")
    .action((names: readonly string[]) => findCommand(program, names).help());
}

function findCommand(program: Command, names: readonly string[]): Command {
  let found = program;
  for (const name of names) {
    const next = found.commands.find((command) => command.name() === name);
    if (next === undefined) return program.error(`error: unknown command '${names.join(" ")}'`);
    found = next;
  }
  return found;
}
