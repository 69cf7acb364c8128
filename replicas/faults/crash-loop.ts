import type { Fault } from "./fault.ts";

/**
 * Ends the process as soon as it is injected, as `crash` does. That it comes again at each start of the same version is
 * done by the manager, which injects it anew: a process that is gone remembers nothing.
 */
export const crashLoop: Fault = { kind: "process", exitCode: 70 };
