import { readdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { writeImportedDirectory } from "../io/storage/new-directory.ts";
import type { CheckpointDigests } from "../protocol/checkpoint.ts";
import { slots } from "../protocol/ids.ts";
import { defaultLimits } from "../protocol/limits.ts";
import { makeDirectory, managerDirectory } from "./data-directory.ts";
import { SnapshotFileError } from "./sealed-lines.ts";
import { readSnapshotFile } from "./snapshot-file.ts";

const options = { sha256, logFileBytes: defaultLimits.logFileBytes };

/** What was imported. */
export interface Imported {
  readonly directory: string;
  readonly digests: CheckpointDigests;
}

/** Why nothing was imported: a sentence for people. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

/** Makes the data of four managers that all have the checkpoint of a file and nothing behind it. */
export async function importSnapshot(file: string, dataDirectory: string): Promise<Imported> {
  const directory = resolve(dataDirectory);
  const { table, ...snapshot } = readFile(resolve(file));
  makeDirectory(directory);
  if (readdirSync(directory).length > 0) {
    throw new ImportRefused(`${directory} is not empty: name a directory that is, or that is not there yet`);
  }
  try {
    for (const slot of slots)
      await writeImportedDirectory(managerDirectory(directory, slot), { snapshot, table }, options);
  } catch (error) {
    // Nobody shall take a part of it for all of it.
    for (const slot of slots) rmSync(managerDirectory(directory, slot), { recursive: true, force: true });
    throw error;
  }
  return { directory, digests: snapshot.digests };
}

function readFile(file: string): ReturnType<typeof readSnapshotFile> {
  try {
    return readSnapshotFile(file);
  } catch (error) {
    if (error instanceof SnapshotFileError) throw new ImportRefused(error.message, { cause: error });
    throw error;
  }
}
