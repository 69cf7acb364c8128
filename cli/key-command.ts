import { resolve } from "node:path";
import type { Command } from "commander";
import { makeClusterKey } from "../io/seal.ts";
import { commandLine } from "./command-line.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { placeProblem } from "./file-place.ts";
import { nameOf, type Session } from "./session.ts";

/** Registers `key`. */
export function addKeyCommand(program: Command, session: Session): void {
  const command = program
    .command("key")
    .description("make the key that all processes of a cluster share; one that is there is never overwritten")
    .argument("<file>", "where it is put; only its owner may read it")
    .option("--json", "write one JSON object")
    .addHelpText("after", "\nCopy it to every host of the cluster.\nExample: npx quartet key cluster.key");
  command.action((file: string, { json }: { readonly json?: boolean }) => {
    session.show(nameOf(command), json === true, makeKey(resolve(file)));
  });
}

function makeKey(file: string): CommandOutcome {
  const next = commandLine(["help", "key"]);
  const failure = { kind: "failure", exitCode: exitCodes.refused, code: "NO_KEY", next } as const;
  const misplaced = placeProblem(file);
  if (misplaced !== undefined) return { ...failure, ...misplaced };
  try {
    if (!makeClusterKey(file)) return { ...failure, message: `${file} is there already and stays as it is` };
  } catch (error) {
    return { ...failure, message: `no key was made: ${error instanceof Error ? error.message : String(error)}` };
  }
  return { kind: "answer", exitCode: exitCodes.done, result: { file }, text: `made ${file}\n` };
}
