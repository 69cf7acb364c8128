import { resolve } from "node:path";
import type { Command } from "commander";
import { type Exported, exportSnapshot, NothingToExport } from "../cluster/snapshot-export.ts";
import { ImportRefused, importSnapshot } from "../cluster/snapshot-import.ts";
import type { Slot } from "../protocol/ids.ts";
import { runApiCommand } from "./api-command.ts";
import { argumentReader } from "./argument-reader.ts";
import { commandLine } from "./command-line.ts";
import type { CommandFailure, CommandOutcome } from "./command-outcome.ts";
import { addDataOptions, type DataFlags, dataDirectoryOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { isFileThere, placeProblem } from "./file-place.ts";
import { readVersion } from "./read-version.ts";
import { type DigestList, isDigestList } from "./service-status.ts";
import { nameOf, type Session, serviceUrl } from "./session.ts";

/** Registers `snapshot export` and `snapshot import`. */
export function addSnapshotCommand(program: Command, session: Session): void {
  const snapshot = program.command("snapshot").description("back up the state of a service, and bring one back");
  addExport(snapshot, session);
  addImport(snapshot, session);
}

interface ExportFlags extends DataFlags {
  readonly url?: string;
}

function addExport(snapshot: Command, session: Session): void {
  const command = snapshot
    .command("export")
    .description("write the newest checkpoint that two managers have on their disks; a service may run");
  command
    .argument("<file>", "a file that is not there yet")
    .option(
      "--url <url>",
      "have the service that runs there make a checkpoint first, and wait until it is stored",
      argumentReader(command, "--url", serviceUrl),
    )
    .addHelpText("after", "\nExample: npx quartet snapshot export backup.json --url http://127.0.0.1:8080");
  addDataOptions(command).action(async (file: string, flags: ExportFlags) => {
    const dataDirectory = dataDirectoryOf(flags, session.terminal);
    const url = flags.url ?? command.parent?.parent?.opts<ExportFlags>().url;
    const outcome = await exportNow(file, dataDirectory, flags.slot, url);
    session.show(nameOf(command), flags.json === true, outcome);
  });
}

function addImport(snapshot: Command, session: Session): void {
  const command = snapshot
    .command("import")
    .description("make the data of a new service from such a file")
    .argument("<file>", "what export wrote")
    .requiredOption("--data <dir>", "a directory that is empty or not there yet")
    .option("--json", "write one JSON object")
    .addHelpText("after", "\nExample: npx quartet snapshot import backup.json --data ./data");
  command.action(async (file: string, { data, json }: { readonly data: string; readonly json?: boolean }) => {
    session.show(nameOf(command), json === true, await importNow(file, data));
  });
}

async function exportNow(
  file: string,
  dataDirectory: string,
  slot: Slot | undefined,
  url: string | undefined,
): Promise<CommandOutcome> {
  const misplaced = placeProblem(resolve(file));
  if (misplaced !== undefined) return refused("NO_SNAPSHOT", misplaced.message, misplaced.next);
  const made = url === undefined ? undefined : await makeCheckpoint(url);
  if (made?.kind === "failure") return made;
  const versions = { quartet: readVersion(), node: process.versions.node };
  const atLeast = made === undefined ? {} : { atLeast: (made.result as DigestList).sequence };
  try {
    const only = slot === undefined ? {} : { slot };
    const exported = await exportSnapshot({ dataDirectory, file, versions, ...only, ...atLeast });
    return { kind: "answer", exitCode: exitCodes.done, result: exported, text: renderExported(exported) };
  } catch (error) {
    return failureOf(error, "NO_SNAPSHOT", ["log", "verify", "--data", dataDirectory]);
  }
}

/** The digests that a service is asked for are those of a checkpoint that it makes. */
function makeCheckpoint(url: string): Promise<CommandOutcome> {
  return runApiCommand({
    url,
    request: { method: "GET", path: "/api/digests" },
    isValue: isDigestList,
    render: () => "",
    nextWords: ["digests"],
  });
}

async function importNow(file: string, dataDirectory: string): Promise<CommandOutcome> {
  if (!isFileThere(file)) {
    const message = `there is no file ${resolve(file)}: name one that "quartet snapshot export" has written`;
    return refused("NOT_IMPORTED", message, commandLine(["snapshot", "import", "FILE", "--data", dataDirectory]));
  }
  try {
    const imported = await importSnapshot(file, dataDirectory);
    const { digests, directory } = imported;
    const text = `${directory} holds the state behind change ${digests.n} (${digests.stateDigest})\n`;
    const next = commandLine(["start", "--data", dataDirectory]);
    return { kind: "answer", exitCode: exitCodes.done, result: imported, text, next };
  } catch (error) {
    return failureOf(error, "NOT_IMPORTED", ["help", "snapshot", "import"]);
  }
}

function renderExported({ file, digests, time, agreedBy }: Exported): string {
  const who =
    agreedBy.length === 1
      ? `manager ${agreedBy[0]} alone: nobody else confirms it`
      : `managers ${agreedBy.join(", ")}, which agree`;
  return `${file}: the state behind change ${digests.n} of ${new Date(time).toISOString()}, from ${who}\n`;
}

/** What the files or the disk do not allow is told; anything else is a defect of this program. */
function failureOf(error: unknown, code: string, next: readonly string[]): CommandFailure {
  const isOfFile = error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
  const isKnown = error instanceof NothingToExport || error instanceof ImportRefused || isOfFile;
  if (!isKnown) throw error;
  return refused(code, error.message, commandLine(next));
}

function refused(code: string, message: string, next: string): CommandFailure {
  return { kind: "failure", exitCode: exitCodes.refused, code, message, next };
}
