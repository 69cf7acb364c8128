import type { Command } from "commander";
import { defaultStartOptions } from "../cluster/start-options.ts";
import type { Slot } from "../protocol/ids.ts";
import { argumentReader } from "./argument-reader.ts";
import { slotNumber } from "./setting-readers.ts";
import type { Terminal } from "./terminal.ts";

/** The options of commands that read the data of a service. */
export interface DataFlags {
  readonly data?: string;
  readonly slot?: Slot;
  readonly json?: boolean;
}

/** Gives a command the options of those that read the data of a service. */
export function addDataOptions(command: Command): Command {
  return command
    .option(
      "--data <dir>",
      `the data of the service (default: $QUARTET_DATA, else ${defaultStartOptions.dataDirectory})`,
    )
    .option("--slot <slot>", "of one manager only, 1 to 4", argumentReader(command, "--slot", slotNumber))
    .option("--json", "write one JSON object");
}

/** Where the data is. */
export function dataDirectoryOf({ data }: DataFlags, { environment }: Terminal): string {
  return data ?? (environment["QUARTET_DATA"] || defaultStartOptions.dataDirectory);
}
