import type { Fault } from "./fault.ts";

const slowMs = 300;

/** Answers 300 ms late: each line is held back that long, many at the same time. */
export const slow: Fault = { kind: "lines", makeDeliver: () => (text) => ({ text, delayMs: slowMs }) };
