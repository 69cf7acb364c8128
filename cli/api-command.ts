import { type ApiOutcome, type ApiRequest, askApi } from "./api-client.ts";
import { commandLine } from "./command-line.ts";
import type { CommandAnswer, CommandFailure, CommandOutcome } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { failureOfTrouble } from "./service-trouble.ts";

/** A command that is one question to the JSON interface. */
export interface ApiCommand<Value> {
  readonly url: string;
  readonly request: ApiRequest;
  /** Tells whether an answer has the shape that `render` reads. */
  readonly isValue: (value: unknown) => value is Value;
  /** What people see of it: whole lines. */
  readonly render: (value: Value) => string;
  /** Unless it is done. */
  readonly exitCode?: (value: Value) => ExitCode;
  /** The words of the next command to try when what was named does not exist or is not of the right form. */
  readonly nextWords: readonly string[];
}

/** Asks the question and tells how it ended. */
export async function runApiCommand<Value>(command: ApiCommand<Value>): Promise<CommandOutcome> {
  const { url, request, isValue } = command;
  const outcome = await askApi(url, request);
  if (outcome.kind !== "json") return failureOfApi(outcome, command);
  if (!isValue(outcome.value)) {
    return failureOfTrouble({ kind: "foreign", detail: `${request.path} has another shape` }, url);
  }
  return answerOf(outcome.value, command);
}

function answerOf<Value>(value: Value, { render, exitCode }: ApiCommand<Value>): CommandAnswer {
  return { kind: "answer", exitCode: exitCode?.(value) ?? exitCodes.done, result: value, text: render(value) };
}

function failureOfApi<Value>(
  outcome: Exclude<ApiOutcome, { readonly kind: "json" }>,
  { url, request, nextWords }: ApiCommand<Value>,
): CommandFailure {
  if (outcome.kind === "problem") {
    const { status, message } = outcome;
    const next = status === 403 ? "npx quartet start --lab" : commandLine(status === 503 ? ["status"] : nextWords, url);
    return { kind: "failure", exitCode: exitCodeOf(status), code: codeOf(status), message, next };
  }
  const failure = failureOfTrouble(outcome, url);
  if (outcome.kind !== "lost" || request.method === "GET") return failure;
  return { ...failure, exitCode: exitCodes.undecided, code: "OUTCOME_UNKNOWN", applied: "unknown" };
}

function exitCodeOf(status: number): ExitCode {
  if (status === 400) return exitCodes.usage;
  return status >= 500 ? exitCodes.undecided : exitCodes.refused;
}

function codeOf(status: number): string {
  switch (status) {
    case 400:
      return "INVALID_REQUEST";
    case 403:
      return "NOT_PERMITTED";
    case 404:
      return "NOT_FOUND";
    case 409:
      return "CONFLICT";
    default:
      return status >= 500 ? "NO_AGREEMENT" : `HTTP_${status}`;
  }
}
