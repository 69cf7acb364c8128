import type { Command } from "commander";
import { type DataReport, verifyData } from "../cluster/verify-data.ts";
import type { Slot } from "../protocol/ids.ts";
import { commandLine } from "./command-line.ts";
import type { CommandOutcome } from "./command-outcome.ts";
import { addDataOptions, type DataFlags, dataDirectoryOf } from "./data-options.ts";
import { exitCodes } from "./exit-codes.ts";
import { renderDataReport } from "./render-data.ts";
import { nameOf, type Session } from "./session.ts";

/** Registers `log verify`. */
export function addLogCommand(program: Command, session: Session): void {
  const log = program.command("log").description("check what the managers have on their disks");
  const verify = log
    .command("verify")
    .description("read and verify all logs and checkpoints and compare them; exit code 1 when something is damaged")
    .addHelpText(
      "after",
      "\nIt changes nothing, and a service may run.\nExample: npx quartet log verify --data ./data",
    );
  addDataOptions(verify).action(async (flags: DataFlags) => {
    const report = await verifyData(dataDirectoryOf(flags, session.terminal), flags.slot);
    session.show(nameOf(verify), flags.json === true, outcomeOf(report, flags.slot));
  });
}

function outcomeOf(report: DataReport, only: Slot | undefined): CommandOutcome {
  if (report.managers.every(({ condition }) => condition === "missing")) {
    const who = only === undefined ? "no manager has stored anything" : `manager ${only} has stored nothing`;
    const message = `${who} in ${report.directory}`;
    const next = commandLine(["log", "verify", "--data", "DIR"]);
    return { kind: "failure", exitCode: exitCodes.usage, code: "NO_DATA", message, next };
  }
  const exitCode = report.isRight ? exitCodes.done : exitCodes.refused;
  const next = report.isRight ? {} : { next: commandLine(["status"]) };
  return { kind: "answer", exitCode, result: report, text: renderDataReport(report), ...next };
}
