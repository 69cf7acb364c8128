import type { Reason, Refusal } from "../../protocol/answer.ts";

/** The answer of a rule that said no. */
export function refuse(reason: Reason): Refusal {
  return { outcome: "REFUSED", reason };
}
