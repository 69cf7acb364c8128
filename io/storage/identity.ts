import { join } from "node:path";
import type { Incarnation } from "../../protocol/ids.ts";
import { type Disk, isMissing, putFile } from "./disk.ts";
import { Damage } from "./storage-errors.ts";

/** Version of everything in a manager's directory. */
export const directoryFormat = 1;

const identityFile = "identity.json";

/**
 * Says who the manager of a directory is. It is written last when a directory is made: one without it was never used,
 * and one with it is whole.
 */
export async function writeIdentity(disk: Disk, directory: string, incarnation: Incarnation): Promise<void> {
  const text = `${JSON.stringify({ format: directoryFormat, incarnation })}\n`;
  await putFile(disk, join(directory, identityFile), [Buffer.from(text)]);
  await disk.syncDirectory(directory);
}

/** Who the manager of a directory is, or `undefined` where none was made; rejects with `Damage`. */
export async function readIdentity(disk: Disk, directory: string): Promise<Incarnation | undefined> {
  let text: string;
  try {
    text = Buffer.from(await disk.read(join(directory, identityFile))).toString();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const { format, incarnation } = parse(text);
  if (typeof format === "number" && format !== directoryFormat) {
    throw new Error(`${directory} has format ${format}, and this version reads ${directoryFormat}: use the newer one`);
  }
  if (format !== directoryFormat || typeof incarnation !== "string" || !/^[0-9a-f]{32}$/.test(incarnation)) {
    throw new Damage("the identity is not one", identityFile);
  }
  return incarnation;
}

function parse(text: string): { readonly format?: unknown; readonly incarnation?: unknown } {
  try {
    return (JSON.parse(text) as object | null) ?? {};
  } catch {
    return {};
  }
}
