import { commandLine } from "./command-line.ts";
import type { CommandFailure } from "./command-outcome.ts";
import { exitCodes } from "./exit-codes.ts";
import { isBeforeSending, networkCode } from "./network-error.ts";

/** Why the service gave no answer of ours. */
export type ServiceTrouble =
  /** Nothing was sent. */
  | { readonly kind: "unreachable"; readonly detail: string }
  /** Something was sent and no answer came. */
  | { readonly kind: "lost"; readonly detail: string }
  /** What answers is not this service. */
  | { readonly kind: "foreign"; readonly detail: string };

/** Tells what a failed network operation means. */
export function troubleOf(error: unknown): ServiceTrouble {
  return { kind: isBeforeSending(error) ? "unreachable" : "lost", detail: networkCode(error) };
}

const otherAddress = "a service that printed another address when it was ready is named by --url";
const startLine = commandLine(["start"]);

/** The failure of a command that changes nothing, or that never came to send its change. */
export function failureOfTrouble(trouble: ServiceTrouble, url: string): CommandFailure {
  const head = { kind: "failure", exitCode: exitCodes.unreachable } as const;
  switch (trouble.kind) {
    case "unreachable":
      return {
        ...head,
        code: "UNREACHABLE",
        message: `nothing answers at ${url}: ${trouble.detail}; ${otherAddress}`,
        next: startLine,
      };
    case "lost":
      return {
        ...head,
        code: "NO_ANSWER",
        message: `the service at ${url} gave no answer: ${trouble.detail}`,
        next: commandLine(["status"], url),
      };
    case "foreign":
      return {
        ...head,
        code: "NOT_QUARTET",
        message: `what answers at ${url} is not this service: ${trouble.detail}; ${otherAddress}`,
        next: startLine,
      };
  }
}
