import { type FaultName, isFaultName } from "../protocol/fault.ts";
import type { CanonicalState, ReplicaRequest } from "./contract.ts";

/** One line of a manager, read. */
export type InputLine =
  | { readonly kind: "request"; readonly request: ReplicaRequest }
  | { readonly kind: "export" }
  | { readonly kind: "import"; readonly state: CanonicalState }
  | { readonly kind: "fault"; readonly fault: InjectedFault | null }
  | { readonly kind: "unknown" }
  | { readonly kind: "broken" };

/** A fault of the lab with what its chance starts from. */
export interface InjectedFault {
  readonly name: FaultName;
  readonly seed: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a line says. `unknown` is a JSON object of no known kind, which is skipped so that the protocol can grow;
 * `broken` is anything else that is not the protocol, which only a defective manager writes.
 */
export function readInputLine(line: string): InputLine {
  const value = parse(line);
  if (!isObject(value)) return { kind: "broken" };
  if ("n" in value) return isRequest(value) ? { kind: "request", request: value } : { kind: "broken" };
  if ("export" in value) return { kind: value["export"] === true ? "export" : "broken" };
  if ("import" in value) {
    const state = value["import"];
    return isState(state) ? { kind: "import", state } : { kind: "broken" };
  }
  return "fault" in value ? readFault(value["fault"]) : { kind: "unknown" };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What the arguments are is for the version to judge, and so is the name of the operation. */
function isRequest(value: Fields): value is Fields & ReplicaRequest {
  return (
    Number.isSafeInteger(value["n"]) &&
    Number.isSafeInteger(value["time"]) &&
    typeof value["businessDate"] === "string" &&
    typeof value["caller"] === "string" &&
    typeof value["operation"] === "string" &&
    isObject(value["args"])
  );
}

/** Only the frame is checked: the rows come from another replica whose state was found right. */
function isState(value: unknown): value is CanonicalState {
  return Array.isArray(value) && value.length === 2 && Array.isArray(value[0]) && Array.isArray(value[1]);
}

function readFault(value: unknown): InputLine {
  if (value === null) return { kind: "fault", fault: null };
  if (!isObject(value)) return { kind: "broken" };
  const { name, seed } = value;
  if (!isFaultName(name) || !Number.isSafeInteger(seed)) return { kind: "broken" };
  return { kind: "fault", fault: { name, seed: seed as number } };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
