import { commandLine, wordsOf } from "./command-line.ts";
import type { CommandFailure } from "./command-outcome.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { failureOfTrouble, type ServiceTrouble } from "./service-trouble.ts";
import type { ServiceFault } from "./soap-client.ts";

/** What a person tried: enough to say what to try next. */
export interface Attempt {
  readonly url: string;
  /** The command as it was given, without options: see `wordsOf`. */
  readonly words: readonly string[];
  /** Who acts; absent for a listing. */
  readonly callerID?: string;
  readonly customerID?: string;
  readonly movieName?: string;
  /** The movie to exchange for. */
  readonly newMovieName?: string;
  /** Of a change. */
  readonly requestId?: string;
}

/** The failure of a call that has no answer. */
export function failureOfCall(outcome: ServiceFault | ServiceTrouble, attempt: Attempt): CommandFailure {
  const { url, requestId } = attempt;
  if (outcome.kind === "fault") return failureOfFault(outcome, attempt);
  if (outcome.kind !== "lost" || requestId === undefined) return failureOfTrouble(outcome, url);
  return {
    kind: "failure",
    exitCode: exitCodes.undecided,
    code: "OUTCOME_UNKNOWN",
    message: `the request was sent to ${url} and no answer came back: ${outcome.detail}`,
    applied: "unknown",
    requestId,
    next: settleLine(attempt),
  };
}

/** The next command to try after a rule refused. */
export function nextAfterRefusal(reason: string, attempt: Attempt): string {
  const { url, words, customerID, movieName, newMovieName } = attempt;
  const line = (...next: readonly string[]): string => commandLine(next, url);
  const list = listLine(newMovieName ?? movieName, url);
  switch (reason) {
    case "SAME_SHOW_ELSEWHERE":
    case "WEEKLY_LIMIT":
    case "NOT_BOOKED":
    case "NOT_ENOUGH_HELD":
      return customerID === undefined ? list : line("schedule", customerID);
    case "DATE_IN_PAST":
    case "DATE_TOO_FAR":
      return line("status");
    case "NO_SUCH_SHOW":
    case "SHOW_FULL":
    case "CAPACITY_BELOW_SOLD":
      return list;
    default:
      return commandLine(["help", words[0] ?? ""]);
  }
}

function failureOfFault(fault: ServiceFault, attempt: Attempt): CommandFailure {
  const { requestId } = attempt;
  const { kind: _kind, ...said } = fault;
  const exitCode = exitCodeOf(fault.code);
  // What was not of the right form was not taken: there is nothing to ask about.
  const hasId = requestId !== undefined && exitCode !== exitCodes.usage;
  return {
    kind: "failure",
    exitCode,
    ...said,
    ...(hasId ? { requestId } : {}),
    next: nextAfterFault(fault, attempt),
  };
}

function exitCodeOf(code: string): ExitCode {
  switch (code) {
    case "INVALID_REQUEST":
    case "UNSUPPORTED":
      return exitCodes.usage;
    case "NOT_AUTHENTICATED":
    case "NOT_PERMITTED":
    case "REQUEST_ID_REUSED":
      return exitCodes.refused;
    default:
      return exitCodes.undecided;
  }
}

function nextAfterFault({ code, applied }: ServiceFault, attempt: Attempt): string {
  const { url, words, requestId } = attempt;
  switch (exitCodeOf(code)) {
    case exitCodes.usage:
      return commandLine(["help", words[0] ?? ""]);
    case exitCodes.refused:
      // The id belongs to another change: without it, this one gets its own.
      return code === "REQUEST_ID_REUSED" ? commandLine(words, url) : commandLine(["help", words[0] ?? ""]);
    default:
      if (requestId === undefined) return commandLine(words, url);
      return applied === "notApplied" ? retryLine(attempt) : settleLine(attempt);
  }
}

/** The same change again: with the same id it cannot take effect twice. */
function retryLine({ url, words, requestId = "" }: Attempt): string {
  return commandLine([words[0] ?? "", "--request-id", requestId, ...words.slice(1)], url);
}

function settleLine({ url, callerID = "", requestId = "" }: Attempt): string {
  return commandLine(["outcome", callerID, requestId], url);
}

function listLine(movieName: string | undefined, url: string): string {
  return commandLine(movieName === undefined ? ["status"] : wordsOf("list", [movieName]), url);
}
