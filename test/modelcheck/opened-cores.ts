import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The production classes that the model runs, with their private fields readable. */
export interface OpenedCores {
  readonly Ordering: typeof import("../../replica-manager/ordering.ts").Ordering;
  readonly Sequencer: typeof import("../../sequencer/sequencer.ts").Sequencer;
}

/** What stands before the name of a private field in an opened core. */
export const hiddenPrefix = "hidden_";

const folders = ["protocol", "sequencer", "replica-manager"] as const;
/** A private name; no text of these folders holds a `#` before a letter but in a template, whose `#` is one too. */
const privateName = /#(?=[A-Za-z_])/g;

/**
 * Loads a copy of the compiled cores in which `#field` reads `hidden_field`, and which is the same in all else: two
 * states of a process are one only when everything that it remembers is equal, and its getters do not tell all of it.
 */
export async function openCores(): Promise<OpenedCores> {
  const compiled = fileURLToPath(new URL("../../", import.meta.url));
  const copy = await mkdtemp(join(tmpdir(), "quartet-modelcheck-"));
  try {
    await writeFile(join(copy, "package.json"), '{"type":"module"}');
    for (const folder of folders) await openFolder(join(compiled, folder), join(copy, folder));
    const { Ordering } = await import(pathToFileURL(join(copy, "replica-manager", "ordering.js")).href);
    const { Sequencer } = await import(pathToFileURL(join(copy, "sequencer", "sequencer.js")).href);
    return { Ordering, Sequencer };
  } finally {
    await rm(copy, { recursive: true });
  }
}

async function openFolder(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, filter: (path) => !path.endsWith(".map") });
  const names = (await readdir(to, { recursive: true })).filter((name) => name.endsWith(".js"));
  for (const name of names) {
    const text = await readFile(join(to, name), "utf8");
    await writeFile(join(to, name), text.replace(privateName, hiddenPrefix));
  }
}
