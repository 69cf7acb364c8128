import { resolve } from "node:path";
import { sha256 } from "../io/sha256.ts";
import { readIdentity } from "../io/storage/identity.ts";
import { readDirectory } from "../io/storage/read-directory.ts";
import { Reading } from "../io/storage/reading.ts";
import { realDisk } from "../io/storage/real-disk.ts";
import { Damage } from "../io/storage/storage-errors.ts";
import type { Slot } from "../protocol/ids.ts";
import type { Recovered } from "../protocol/recovered.ts";
import { managerDirectory } from "./data-directory.ts";

/** A manager that runs writes and deletes while its files are read: what looks wrong then is read again. */
const readingsMax = 3;

/**
 * What a manager would find in its data when it starts, read without changing anything, also beside that manager;
 * `undefined` where there is no data, or none that can be believed.
 */
export async function readRecovered(dataDirectory: string, slot: Slot): Promise<Recovered | undefined> {
  const directory = managerDirectory(resolve(dataDirectory), slot);
  for (let tried = 0; tried < readingsMax; tried++) {
    try {
      const incarnation = await readIdentity(realDisk, directory);
      if (incarnation === undefined) return undefined;
      return (await readDirectory(new Reading({ disk: realDisk, directory, sha256 }), incarnation)).recovered;
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ENOENT";
      if (!(error instanceof Damage) && !isGone) throw error;
    }
  }
  return undefined;
}
