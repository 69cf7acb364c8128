import type { Command } from "commander";
import { type ApiCommand, runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import { commandLine } from "./command-line.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { remarkOf } from "./render-waiting.ts";
import { isServiceStatus, type ManagerStatus } from "./service-status.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { slotNumber } from "./setting-readers.ts";
import { fieldOf } from "./soap-reply.ts";

const lookEveryMs = 200;
const patienceMs = 30_000;

/** What the service says that a slot was like when it was told to replace. */
interface Before {
  readonly slot: number;
  readonly isMember: boolean;
  readonly version: string | null;
  readonly replacements: number;
}

/** Registers `replace`. */
export function addReplaceCommand(program: Command, session: Session): void {
  const command = program
    .command("replace")
    .description("give a slot its next replica version, or admit its new disk now (lab only)");
  command
    .argument("<slot>", "1 to 4", argumentReader(command, "slot", slotNumber))
    .addHelpText("after", "\nExample: npx quartet replace 3");
  addServiceOptions(command).action((slot: number) =>
    session.run(command, (url) => replace(url, slot, (text) => session.terminal.talk(text))),
  );
}

async function replace(url: string, slot: number, talk: (text: string) => void): Promise<CommandOutcome> {
  const told = await runApiCommand({
    url,
    request: { method: "POST", path: "/api/replace", body: { slot } },
    isValue: (value): value is Before => fieldOf(value, "slot") === slot,
    render: () => "",
    nextWords: ["status"],
  } satisfies ApiCommand<Before>);
  if (told.kind === "failure") return told;
  const before = told.result as Before;
  talk(before.isMember ? `told slot ${slot} to replace its replica …\n` : `told to admit the disk of slot ${slot} …\n`);
  return await untilReplaced(url, before);
}

/** Looks until it is done, or for as long as a person waits. */
async function untilReplaced(url: string, before: Before): Promise<CommandOutcome> {
  const { slot } = before;
  const deadline = performance.now() + patienceMs;
  let last: ManagerStatus | undefined;
  while (performance.now() < deadline) {
    const looked = await runApiCommand({
      url,
      request: { method: "GET", path: "/api/status" },
      isValue: isServiceStatus,
      render: ({ managers }) => renderReplaced(managers[slot - 1], before) ?? "",
      nextWords: ["status"],
    });
    // The front end may be the one that is busy; whoever asked waits on.
    if (looked.kind === "answer") last = (looked.result as { managers: readonly ManagerStatus[] }).managers[slot - 1];
    if (looked.kind === "answer" && looked.text !== "") return { ...looked, result: { before, after: last } };
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  const state = last === undefined ? "not heard of" : [last.state, remarkOf(last)].filter(Boolean).join(", ");
  return {
    kind: "failure",
    exitCode: exitCodes.undecided,
    code: "NOT_REPLACED_YET",
    message: `slot ${slot} was told, and after ${patienceMs / 1000} s it is ${state}`,
    next: commandLine(["status"], url),
  };
}

/** What came of it, for people; `undefined` while it is not done. */
export function renderReplaced(manager: ManagerStatus | undefined, before: Before): string | undefined {
  if (manager === undefined) return undefined;
  const { slot, isMember, state, replacements, lastReplacement } = manager;
  if (!before.isMember)
    return isMember ? `the new disk of slot ${slot} is admitted; its manager is ${state}\n` : undefined;
  const isDone = state === "voting" && replacements > before.replacements && lastReplacement?.tookMs != null;
  if (!isDone) return undefined;
  const { from, to, tookMs } = lastReplacement;
  return `slot ${slot} votes again: ${from} was replaced by ${to} in ${tookMs} ms\n`;
}
