import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commands, runScript } from "./node-process.mjs";
import { readText, root, sourceFiles } from "./repository.mjs";
import { StepFailed } from "./step-failed.mjs";

const stamp = "dist/.sources";
const workPrefix = "dist-build-";

/** Whether dist/ was compiled from exactly the sources of now. */
export function isCompiled() {
  return readText(stamp) === sourcesDigest();
}

/**
 * Compiles everything into a new folder, which then takes the place of dist/: nothing of a removed source stays, and a
 * service that runs from dist/ never finds it half written. Call it under the lock. When it fails dist/ stays as it was.
 */
export async function compile() {
  for (const left of readdirSync(root).filter((name) => name.startsWith(workPrefix))) remove(left);
  const digest = sourcesDigest();
  const work = mkdtempSync(join(root, workPrefix));
  try {
    writeProjects(work);
    const { code, output } = await runScript(
      commands.tsc,
      "-b",
      work,
      "--pretty",
      String(process.stderr.isTTY === true),
    );
    if (code !== 0) throw new StepFailed(`${output}\nthe compiler refused the sources: see above`);
    writeFileSync(join(work, ".sources"), digest);
    replaceDist(work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The digest of all that the compiler reads: sources, projects and the versions of the packages. */
function sourcesDigest() {
  const hash = createHash("sha256");
  for (const path of [...projectNames(), "package-lock.json", ...sourceFiles(/\.ts$/)]) {
    const text = readText(path) ?? "";
    hash.update(`${path}\n${text.length}\n${text}`);
  }
  return hash.digest("hex");
}

function projectNames() {
  return readdirSync(root).filter((name) => /^tsconfig(\.\w+)?\.json$/.test(name));
}

/** Writes projects that say what those of the root say but for the folder of the output, which no option of `tsc -b` sets. */
function writeProjects(work) {
  for (const name of projectNames()) {
    const { references = [] } = JSON.parse(readText(name));
    const compilerOptions = { outDir: ".", tsBuildInfoFile: `./${name}.tsbuildinfo` };
    writeFileSync(join(work, name), JSON.stringify({ extends: `../${name}`, compilerOptions, references }));
  }
}

function replaceDist(work) {
  for (const name of readdirSync(work).filter((file) => file.startsWith("tsconfig."))) rmSync(join(work, name));
  const dist = join(root, "dist");
  const old = `${work}-old`;
  try {
    if (existsSync(dist)) renameSync(dist, old);
    renameSync(work, dist);
  } catch (cause) {
    throw new StepFailed(`cannot replace dist/ (${cause.code}): end what runs from it and try again`, { cause });
  }
  rmSync(old, { recursive: true, force: true });
}

function remove(name) {
  rmSync(join(root, name), { recursive: true, force: true });
}
