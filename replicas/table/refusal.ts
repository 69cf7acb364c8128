import type { Reason, Refusal } from "../../protocol/answer.ts";

/** The answer of an operation that a rule refused. */
export function refuse(reason: Reason): Refusal {
  return { outcome: "REFUSED", reason };
}
