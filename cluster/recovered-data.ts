import { resolve } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { isMissing } from "../io/storage/disk.ts";
import { readIdentity } from "../io/storage/identity.ts";
import { readBeside } from "../io/storage/read-beside.ts";
import { readDirectory } from "../io/storage/read-directory.ts";
import { Reading } from "../io/storage/reading.ts";
import { realDisk } from "../io/storage/real-disk.ts";
import { Damage } from "../io/storage/storage-errors.ts";
import type { Slot } from "../protocol/ids.ts";
import type { Recovered } from "../protocol/recovered.ts";
import { managerDirectory } from "./data-directory.ts";

/**
 * What a manager would find in its data when it starts, read without changing anything, also beside that manager;
 * `undefined` where there is no data, or none that can be believed. Rejects with the platform's error where it cannot
 * be read.
 */
export async function readRecovered(dataDirectory: string, slot: Slot): Promise<Recovered | undefined> {
  const directory = managerDirectory(resolve(dataDirectory), slot);
  const found = await readBeside(
    () => readOnce(directory),
    (one) => (one instanceof Error ? one.message : undefined),
  );
  return found instanceof Error ? undefined : found;
}

/** The error where something is damaged, or went away while it was read. */
async function readOnce(directory: string): Promise<Recovered | Error | undefined> {
  try {
    const incarnation = await readIdentity(realDisk, directory);
    if (incarnation === undefined) return undefined;
    return (await readDirectory(new Reading({ disk: realDisk, directory, sha256 }), incarnation)).recovered;
  } catch (error) {
    if (error instanceof Damage || (error instanceof Error && isMissing(error))) return error;
    throw error;
  }
}
