import type { Entry } from "../protocol/entry.ts";
import type { FaultName } from "../protocol/fault.ts";
import type { BusinessDate, InstantMs, Sequence } from "../protocol/ids.ts";

/** When a request is executed, for a replica. */
export interface Moment {
  readonly n: Sequence;
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
}

/** The line that has a replica execute an operation; `args` is JSON on one line. */
export function requestLine(at: Moment, caller: string, operation: string, args: string): string {
  return `{"n":${at.n},"time":${at.time},"businessDate":"${at.businessDate}","caller":${JSON.stringify(caller)},"operation":"${operation}","args":${args}}`;
}

/** The line of a change at its own number. */
export function entryLine(entry: Entry, operation: string, args: string): string {
  return requestLine(entry, entry.request.caller, operation, args);
}

/** The line that asks for the whole state. */
export const exportLine = '{"export":true}';

/** The line that replaces the whole state; `state` is JSON. */
export function importLine(state: string): string {
  return `{"import":${state}}`;
}

/** The line that has a replica of the lab misbehave; no answer follows. */
export function faultLine(name: FaultName, seed: number): string {
  return `{"fault":{"name":"${name}","seed":${seed}}}`;
}

/** The line that ends a fault of the lab; no answer follows. */
export const faultEndLine = '{"fault":null}';

/** The object or list that a line of a replica is, or `undefined` when it is none. */
export function parseLine(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
