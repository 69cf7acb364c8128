import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, where commands of the README run. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");

/** The text of a file, named by its path from the root. */
export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Whether there is a file or a folder at a path from the root. */
export function exists(path: string): boolean {
  return existsSync(join(root, path));
}

/** The top-level folders that belong to the repository: neither hidden nor made by its commands. */
export function topFolders(): readonly string[] {
  const ignored = readText(".gitignore").match(/^[^/\n]+(?=\/$)/gm) ?? [];
  const made = new RegExp(`^(${ignored.map((name) => name.replaceAll(".", "\\.").replaceAll("*", ".*")).join("|")})$`);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && !made.test(entry.name))
    .map(({ name }) => name);
}

/** The pages whose links are kept: those at the root and all under `docs/`, by their paths from the root. */
export function pages(): readonly string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  const inDocs = docs.filter((path) => path.endsWith(".md")).map((path) => `docs/${path.replaceAll("\\", "/")}`);
  return ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", ...inDocs.toSorted()];
}
