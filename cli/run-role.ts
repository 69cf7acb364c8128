import type { RoleChoice, RoleOptions } from "../cluster/role-options.ts";
import { runRoleHere } from "../cluster/role-process.ts";
import type { ChildReport } from "../io/process-life.ts";
import { unreachable } from "../protocol/assert.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { RecoveryReport } from "./recovery-report.ts";
import { renderReady, startJsonVersion } from "./render-start.ts";
import { showStartFailure } from "./run-cluster.ts";
import type { Terminal } from "./terminal.ts";

/** Runs a role in this process: says where it is, and a front end when it answers. A signal ends the process. */
export async function runRole(options: RoleOptions, isJson: boolean, terminal: Terminal): Promise<ExitCode> {
  const { role } = options;
  const recovery = new RecoveryReport(terminal, isJson);
  let url = "";
  const show = (report: ChildReport): void => {
    switch (report.kind) {
      case "open":
        return terminal.write(renderOpen(role, report.address, isJson));
      case "listening":
        url = report.url;
        return;
      case "waiting":
        return recovery.show(report, performance.now());
      case "ready":
        recovery.end();
        return terminal.write(renderReady(url, isJson));
      case "failed":
        showRoleFailure(role.kind, "START_FAILED", report.why, isJson, terminal);
        return;
      default:
        return unreachable(report);
    }
  };
  try {
    await runRoleHere(options, show);
    return exitCodes.done;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const exitCode = showRoleFailure(role.kind, "START_FAILED", why, isJson, terminal);
    // Some of its sockets may be open, and keep the process.
    setImmediate(() => process.exit(exitCode));
    return exitCode;
  }
}

/** Shows why a role could not be started. */
export function showRoleFailure(
  kind: RoleChoice["kind"],
  code: "USAGE" | "START_FAILED",
  why: string,
  isJson: boolean,
  terminal: Terminal,
): ExitCode {
  const exitCode = code === "USAGE" ? exitCodes.usage : exitCodes.refused;
  const message = code === "USAGE" ? why : `the ${kind} could not be started: ${why}`;
  return showStartFailure(
    { kind: "failure", exitCode, code, message, next: `npx quartet help ${kind}` },
    isJson,
    terminal,
  );
}

/** The line that says where the other processes reach a role. */
function renderOpen(role: RoleChoice, address: string, isJson: boolean): string {
  const which = numberOf(role);
  if (!isJson) return `${[role.kind, ...Object.values(which)].join(" ")} at ${address}\n`;
  return `${JSON.stringify({ event: "open", role: role.kind, ...which, address, version: startJsonVersion })}\n`;
}

function numberOf(role: RoleChoice): { readonly id: number } | { readonly slot: number } | Record<string, never> {
  switch (role.kind) {
    case "sequencer":
      return { id: role.id };
    case "replica-manager":
      return { slot: role.slot };
    case "frontend":
      return {};
    default:
      return unreachable(role);
  }
}
