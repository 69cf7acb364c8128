import type { ExitCode } from "./exit-codes.ts";

/** What a command found or did. */
export interface CommandAnswer {
  readonly kind: "answer";
  readonly exitCode: ExitCode;
  /** With `--json`, under `result`. */
  readonly result: unknown;
  /** For people: whole lines. */
  readonly text: string;
  /** The next command to try; present when a rule refused. */
  readonly next?: string;
}

/** Why a command has no answer. */
export interface CommandFailure {
  readonly kind: "failure";
  readonly exitCode: ExitCode;
  /** A code of the service's faults, or one in `docs/cli.md`. */
  readonly code: string;
  /** For people: what went wrong. */
  readonly message: string;
  /** Whether a change took effect, where one was asked for. */
  readonly applied?: string;
  /** The id that the same change has to be sent with again. */
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  /** The next command to try. */
  readonly next: string;
}

/** How a command ended. */
export type CommandOutcome = CommandAnswer | CommandFailure;

/** The version of the shape that `--json` writes: what a version has stays, and more may come. */
const jsonVersion = 1;

/** The JSON object of an outcome, in one line. */
export function outcomeJson(command: string, outcome: CommandOutcome): string {
  const head = { version: jsonVersion, command, exitCode: outcome.exitCode };
  if (outcome.kind === "answer") {
    const { result, next } = outcome;
    return JSON.stringify({ ...head, result, ...(next === undefined ? {} : { next }) });
  }
  const { kind: _kind, exitCode: _exitCode, ...error } = outcome;
  return JSON.stringify({ ...head, error });
}

/** What people are told of an outcome beside its data: whole lines for standard error. */
export function outcomeTalk(outcome: CommandOutcome): string {
  const next = outcome.next === undefined ? "" : `next: ${outcome.next}\n`;
  if (outcome.kind === "answer") return next;
  const { code, message, requestId } = outcome;
  const id = requestId === undefined ? "" : `request ${requestId}\n`;
  return `error: ${message} (${code})\n${id}${next}`;
}
