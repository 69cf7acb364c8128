import type { Command } from "commander";
import { type ApiCommand, runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { type Injected, renderCleared, renderFaultMenu, renderInjected } from "./render-lab.ts";
import { type ActiveFault, isFaultList, type MenuFault } from "./service-status.ts";
import { addServiceOptions, type Session } from "./session.ts";
import { type SettingReader, slotNumber } from "./setting-readers.ts";
import { fieldOf } from "./soap-reply.ts";

const faultSecondsMax = 3600;

const faultSeconds: SettingReader<number> = {
  expected: `a number of seconds over 0 and at most ${faultSecondsMax}, like 60`,
  read: (given) => {
    const seconds = typeof given === "string" && /^\d{1,6}(\.\d{1,3})?$/.test(given) ? Number(given) : 0;
    return seconds > 0 && seconds <= faultSecondsMax ? seconds : undefined;
  },
};

/** Registers the commands of the lab. */
export function addLabCommands(program: Command, session: Session): void {
  addFaults(program, session);
  addInject(program, session);
  addClear(program, session);
  addKill(program, session);
}

function addFaults(program: Command, session: Session): void {
  const command = program.command("faults").description("show the menu of faults and those that are active");
  addServiceOptions(command).action(() => session.run(command, askFaults));
}

async function askFaults(url: string): Promise<CommandOutcome> {
  const ask = (path: string) => ({ url, request: { method: "GET", path }, nextWords: ["status"] }) as const;
  const list = { isValue: isFaultList, render: () => "" };
  const menu = await runApiCommand({ ...ask("/api/faults/menu"), ...list });
  const active = await runApiCommand({ ...ask("/api/faults"), ...list });
  if (menu.kind === "failure") return menu;
  if (active.kind === "failure") return active;
  const inMenu = fieldOf(menu.result, "faults") as readonly MenuFault[];
  const lasting = fieldOf(active.result, "faults") as readonly ActiveFault[];
  return { ...menu, result: { menu: inMenu, active: lasting }, text: renderFaultMenu(inMenu, lasting) };
}

function addInject(program: Command, session: Session): void {
  const command = program.command("inject").description("make the replica of a slot faulty for a while (lab only)");
  command
    .argument("<slot>", "1 to 4", argumentReader(command, "slot", slotNumber))
    .argument("<fault>", "a name that `quartet faults` shows")
    .option("--for <seconds>", "how long it lasts, at most 3600", argumentReader(command, "--for", faultSeconds), 60)
    .option("--owner <name>", "whose experiment this is", "")
    .addHelpText("after", "\nExample: npx quartet inject 3 capacity-off-by-one --for 60");
  addServiceOptions(command).action((slot: number, fault: string, options: { for: number; owner: string }) =>
    session.run(command, (url) =>
      runApiCommand({
        ...post(url, "/api/faults", { slot, fault, forSeconds: options.for, owner: options.owner }),
        isValue: (value): value is Injected => typeof fieldOf(value, "id") === "string",
        render: renderInjected,
        nextWords: ["faults"],
      }),
    ),
  );
}

function addClear(program: Command, session: Session): void {
  const command = program
    .command("clear")
    .description("end an active fault, or all of them (lab only)")
    .argument("[id]", "the id that `quartet faults` shows");
  addServiceOptions(command).action((id: string | undefined) =>
    session.run(command, (url) =>
      runApiCommand({
        url,
        request: { method: "DELETE", path: `/api/faults${id === undefined ? "" : `/${encodeURIComponent(id)}`}` },
        isValue: (value): value is { readonly cleared: readonly string[] } => Array.isArray(fieldOf(value, "cleared")),
        render: ({ cleared }) => renderCleared(cleared),
        nextWords: ["faults"],
      }),
    ),
  );
}

function addKill(program: Command, session: Session): void {
  const command = program
    .command("kill")
    .description("end the manager process of a slot, or only its replica (lab only)");
  command
    .argument("<slot>", "1 to 4", argumentReader(command, "slot", slotNumber))
    .option("--replica", "end the replica process and leave its manager alone");
  addServiceOptions(command).action((slot: number, { replica }: { readonly replica?: boolean }) => {
    const target = replica === true ? "replica" : "manager";
    return session.run(command, (url) =>
      runApiCommand({
        ...post(url, "/api/kill", { slot, target }),
        isValue: (value): value is unknown => fieldOf(value, "slot") === slot,
        render: () => `told the ${target} of slot ${slot} to end at once\n`,
        nextWords: ["status"],
      }),
    );
  });
}

function post(url: string, path: string, body: unknown): Pick<ApiCommand<unknown>, "url" | "request"> {
  return { url, request: { method: "POST", path, body } };
}
