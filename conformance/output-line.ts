import type { FailureKind, Input, Output } from "./conversation.ts";
import { firstDifference, shortText } from "./difference.ts";

/** What is wrong with a line of a replica, or the line as an output. */
export type JudgedLine =
  | { readonly kind: "output"; readonly output: Output }
  | { readonly kind: Extract<FailureKind, "garbage" | "disorder">; readonly what: string };

const textCharsMax = 120;

/** Judges the form and the place of a line that a replica wrote; `asked` is the oldest input without an answer, if any. */
export function judgeLine(line: string, asked: Input | undefined): JudgedLine {
  const output = parse(line);
  const form = output === undefined ? undefined : formOf(output);
  if (output === undefined || form === undefined) {
    return {
      kind: "garbage",
      what: `it wrote a line that is not of the contract: ${shortText(line.slice(0, textCharsMax))}`,
    };
  }
  if (asked === undefined)
    return { kind: "disorder", what: `it wrote a line that nobody asked for: ${shortText(output)}` };
  const wanted = formAsked(asked);
  const difference = form === wanted ? orderProblem(output, asked) : `expected ${wanted}, got ${form}`;
  if (difference === undefined) return { kind: "output", output };
  return { kind: "disorder", what: `it answered out of order: ${difference}` };
}

type Form = "the answer to a request" | "an export" | "a ready";

function formOf(output: Output): Form | undefined {
  if ("n" in output)
    return Number.isSafeInteger(output["n"]) && "result" in output ? "the answer to a request" : undefined;
  if ("state" in output) return typeof output["digest"] === "string" ? "an export" : undefined;
  return output["ready"] === true ? "a ready" : undefined;
}

function formAsked(asked: Input): Form {
  if ("export" in asked) return "an export";
  return "import" in asked ? "a ready" : "the answer to a request";
}

function orderProblem(output: Output, asked: Input): string | undefined {
  return "n" in asked ? firstDifference("n", asked.n, output["n"]) : undefined;
}

function parse(line: string): Output | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Output) : undefined;
  } catch {
    return undefined;
  }
}
