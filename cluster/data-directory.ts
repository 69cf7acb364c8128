import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readOrMakeClusterKey } from "../io/seal.ts";
import { type Slot, slots } from "../protocol/ids.ts";
import { syncNames } from "./durable-names.ts";

/** Three managers with their data are needed to go on: one disk may be lost. */
const lostMax = 1;

/** Path of the cluster key in a data directory. */
export function clusterKeyFile(directory: string): string {
  return join(directory, "cluster.key");
}

/** The directory of one manager in a data directory. */
export function managerDirectory(directory: string, slot: Slot): string {
  return join(directory, `manager-${slot}`);
}

/** Makes a data directory (an absolute path) and its cluster key where they are missing, or says why it cannot. */
export function prepareDataDirectory(directory: string): void {
  try {
    makeDirectory(directory);
    readOrMakeClusterKey(clusterKeyFile(directory));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`the data directory ${directory} cannot be used: ${why}; name another one with --data`, {
      cause: error,
    });
  }
  refuseLostData(directory);
}

/** True when a service on this data has ever been ready. */
export function isFounded(directory: string): boolean {
  return existsSync(foundedFile(directory));
}

/** Says for all time to come that a service on this data was ready: durably, like the data that it is about. */
export function markFounded(directory: string): void {
  if (isFounded(directory)) return;
  writeFileSync(foundedFile(directory), "this service has answered: its data is not new\n", { flush: true });
  syncNames(directory);
}

/** Nobody can tell what only the lost ones had, so nothing begins anew in their place. */
function refuseLostData(directory: string): void {
  const lost = slots.filter((slot) => !existsSync(join(managerDirectory(directory, slot), "identity.json")));
  if (!isFounded(directory) || lost.length <= lostMax) return;
  throw new Error(
    `the data of managers ${lost.join(", ")} is missing in ${directory}, and one lost disk is all that can be replaced: ` +
      `put it back, or import a backup into another directory`,
  );
}

function foundedFile(directory: string): string {
  return join(directory, "founded");
}

/**
 * Makes a directory and what is missing above it, durably and for its owner alone: one by one, since under `/proc` a
 * recursive `mkdirSync` never returns.
 */
export function makeDirectory(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false }) !== undefined) return;
  const parent = dirname(directory);
  if (parent !== directory) makeDirectory(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  syncNames(parent);
}
