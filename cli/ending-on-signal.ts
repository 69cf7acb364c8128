import { constants } from "node:os";

/** Waits for work that starts processes in groups of their own: on SIGINT or SIGTERM this process exits, and they with it. */
export async function endingOnSignal<Value>(work: Promise<Value>): Promise<Value> {
  const exit = (signal: NodeJS.Signals): void => process.exit(128 + constants.signals[signal]);
  process.on("SIGINT", exit).on("SIGTERM", exit);
  try {
    return await work;
  } finally {
    process.off("SIGINT", exit).off("SIGTERM", exit);
  }
}
