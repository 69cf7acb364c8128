import type { Command } from "commander";
import type { SettingReader } from "./setting-readers.ts";

/** Reads a word of a command line, or ends the command with what it has to be; `name` is as in the help: `capacity`, `--for`. */
export function argumentReader<Value>(
  command: Command,
  name: string,
  { read, expected }: SettingReader<Value>,
): (text: string) => Value {
  return (text) => read(text) ?? command.error(`error: ${name}: ${JSON.stringify(text)} is not ${expected}`);
}
