import { constants } from "node:os";

/** npm hands a Ctrl-C on to a process that the terminal interrupts too: within this time it is the same one. */
const sameMs = 500;

/** Resolves with the first SIGINT or SIGTERM of this process; a second one ends the process at once. */
export function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const take = (signal: NodeJS.Signals): void => {
      if (firstAt !== undefined && performance.now() - firstAt > sameMs) {
        process.exit(128 + constants.signals[signal]);
      }
      firstAt ??= performance.now();
      resolve(signal);
    };
    process.on("SIGINT", take);
    process.on("SIGTERM", take);
  });
}
