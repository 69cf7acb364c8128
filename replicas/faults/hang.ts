import type { Fault } from "./fault.ts";

/**
 * Stops answering: requests are read and executed and nothing is written. What was not answered stays unanswered
 * when the fault is cleared, so that a manager sees a gap and starts the process again.
 */
export const hang: Fault = { kind: "lines", makeDeliver: () => () => ({ text: "", delayMs: 0 }) };
