import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the repository: absolute, without a slash at its end. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The file of the repository as text; `undefined` when there is none. */
export function readText(path) {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

const notSource = /^(node_modules|coverage|data|dist|dist-.*|\..*)$/;

/**
 * The source files whose name matches, as sorted paths from the root with `/`. Neither built nor installed files, nor the
 * planted violations of `test/planted`.
 */
export function sourceFiles(name) {
  return [...walk("", name)].sort();
}

function* walk(folder, name) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile() && name.test(entry.name)) yield path;
    if (entry.isDirectory() && !notSource.test(entry.name) && path !== "test/planted") yield* walk(path, name);
  }
}
