import { dirname } from "node:path";
import type { NoteEffect } from "../../protocol/role.ts";
import type { Disk } from "./disk.ts";
import type { Damage } from "./storage-errors.ts";

/** Gives a damaged directory another name, beside it, and says so: nobody reads it any more but people. */
export async function setAside(
  disk: Disk,
  directory: string,
  damage: Damage,
  note: (note: Pick<NoteEffect, "level" | "text">) => void,
): Promise<void> {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const name = `${directory}.damaged-${time}`;
  let aside = name;
  for (let count = 2; (await disk.list(aside)).length > 0; count++) aside = `${name}-${count}`;
  await disk.rename(directory, aside);
  await disk.syncDirectory(dirname(directory));
  const { what, file, offset } = damage;
  const where = `${directory} is damaged: in ${file}, at byte ${offset}: ${what}`;
  const outcome = "treated as a lost disk: this manager comes back as a new one";
  note({ level: "error", text: `${where}; kept as ${aside} and ${outcome}` });
}
