import type { ShadowStatus } from "../protocol/message.ts";

const commandCharsShown = 200;

/** The status of a replica in shadow that was never started. */
export function newShadowStatus(command: string): ShadowStatus {
  return {
    command: command.slice(0, commandCharsShown),
    state: "starting",
    executed: 0,
    compared: 0,
    differences: 0,
    lastDifference: null,
    lags: 0,
    trouble: null,
  };
}
