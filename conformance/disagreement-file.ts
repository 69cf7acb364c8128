import { defaultLimits } from "../protocol/limits.ts";
import type { RequestInput } from "./conversation.ts";
import type { Story } from "./disagreement.ts";
import { stateProblem } from "./state-form.ts";

/** A disagreement of replicas as it was exported from a service: how it came to one request, and what was answered. */
export interface DisagreementFile extends Story {
  /** The number of the request that was answered differently: the last one of `requests`. */
  readonly sequence: number;
  /** The theatres of the service: three capital letters each. */
  readonly theatres: readonly string[];
  /** What the managers answered to that request. */
  readonly answers: readonly RecordedAnswer[];
}

/** What one manager answered. */
export interface RecordedAnswer {
  readonly slot: number;
  /** The version that its replica was of. */
  readonly replica: string;
  /** `null` where it answered nothing. */
  readonly answer: Readonly<Record<string, unknown>> | null;
}

/** What a text says as a file of a disagreement, or what is wrong with it, for people. */
export type FoundDisagreement =
  | { readonly kind: "file"; readonly file: DisagreementFile }
  | { readonly kind: "problem"; readonly message: string };

const version = 1;

/** Characters of such a file at most: its state, and as much again of requests. */
export const disagreementCharsMax = 2 * defaultLimits.stateCharsMax;

/** Requests of such a file at most: as many as a manager keeps in its log. */
export const disagreementRequestsMax = defaultLimits.logEntriesMax;

/** The text of a file, one request to a line; it ends with a line feed. */
export function writeDisagreement({ sequence, theatres, state, requests, answers }: DisagreementFile): string {
  const head = JSON.stringify({ quartet: "disagreement", version, sequence, theatres, state }).slice(0, -1);
  return `${head},"requests":[${linesOf(requests)}],"answers":[${linesOf(answers)}]}\n`;
}

/** Reads what `writeDisagreement` wrote; keys that it does not know are left out. */
export function readDisagreement(text: string): FoundDisagreement {
  if (text.length > disagreementCharsMax) return problem(`it has more than ${disagreementCharsMax} characters`);
  const value = parse(text);
  if (value === undefined) return problem("it is not JSON");
  if (!isObject(value) || value["quartet"] !== "disagreement") return problem('it has no "quartet":"disagreement"');
  if (value["version"] !== version)
    return problem(`it is of version ${String(value["version"])}, and this program reads ${version}`);
  const { sequence, theatres, state, requests, answers } = value;
  const wrong =
    (areTheatres(theatres) ? undefined : "theatres: expected three capital letters each") ??
    stateProblem(state) ??
    requestsProblem(requests, sequence) ??
    answersProblem(answers);
  return wrong === undefined
    ? { kind: "file", file: { sequence, theatres, state, requests, answers } as DisagreementFile }
    : problem(wrong);
}

function linesOf(items: readonly unknown[]): string {
  return items.map((item) => `\n${JSON.stringify(item)}`).join();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function areTheatres(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((name) => typeof name === "string" && /^[A-Z]{3}$/.test(name))
  );
}

function requestsProblem(value: unknown, sequence: unknown): string | undefined {
  if (!Array.isArray(value) || value.length === 0) return "requests: expected a list with at least one";
  if (value.length > disagreementRequestsMax)
    return `requests: expected at most ${disagreementRequestsMax}, got ${value.length}`;
  let before: RequestInput | undefined;
  for (const [index, request] of (value as readonly unknown[]).entries()) {
    if (!isRequest(request)) return `requests[${index}]: expected n, time, businessDate, caller, operation and args`;
    if (before !== undefined && goesBack(before, request))
      return `requests[${index}]: n, time or businessDate goes back`;
    before = request;
  }
  return before?.n === sequence
    ? undefined
    : `sequence: expected ${before?.n}, the number of the last request, got ${String(sequence)}`;
}

function goesBack(before: RequestInput, { n, time, businessDate }: RequestInput): boolean {
  return n < before.n || time < before.time || businessDate < before.businessDate;
}

function isRequest(value: unknown): value is RequestInput {
  if (!isObject(value) || !isObject(value["args"])) return false;
  const { n, time, businessDate, caller, operation } = value;
  const isDate = typeof businessDate === "string" && /^\d{4}-\d\d-\d\d$/.test(businessDate);
  return isWhole(n) && isWhole(time) && isDate && typeof caller === "string" && typeof operation === "string";
}

function answersProblem(value: unknown): string | undefined {
  if (!Array.isArray(value)) return "answers: expected a list";
  const broken = value.findIndex((item) => !isAnswer(item));
  if (broken >= 0) return `answers[${broken}]: expected slot, replica and answer`;
  const slots = new Set(value.map(({ slot }: RecordedAnswer) => slot));
  return slots.size === value.length ? undefined : "answers: one slot stands there twice";
}

function isAnswer(value: unknown): value is RecordedAnswer {
  if (!isObject(value)) return false;
  const { slot, replica, answer } = value;
  const isSlot = isWhole(slot) && Number(slot) >= 1 && Number(slot) <= 4;
  return isSlot && typeof replica === "string" && (answer === null || isObject(answer));
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function problem(message: string): FoundDisagreement {
  return { kind: "problem", message };
}
