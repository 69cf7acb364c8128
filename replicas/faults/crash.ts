import type { Fault } from "./fault.ts";

/** Ends the process as soon as it is injected, with the exit code of an internal error (`EX_SOFTWARE`, sysexits.h). */
export const crash: Fault = { kind: "process", exitCode: 70 };
