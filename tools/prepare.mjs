import { compile, isCompiled } from "./compile.mjs";
import { withLock } from "./lock.mjs";
import { hasPackages, installPackages } from "./packages.mjs";
import { readText } from "./repository.mjs";
import { StepFailed } from "./step-failed.mjs";

/**
 * Makes dist/ what the sources say: checks the version of Node, installs packages when package-lock.json asks for others
 * and compiles when a source changed. Says nothing when there is nothing to do, and never writes to stdout.
 * Throws `StepFailed`. Several processes may call it at once.
 */
export async function prepare() {
  checkNode();
  if (hasPackages() && isCompiled()) return;
  await withLock("dist-lock", async () => {
    if (!hasPackages()) await installPackages();
    if (!isCompiled()) await compile();
  });
}

/** Like `prepare`, and ends this process with the reason when that fails. */
export async function prepareOrExit() {
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function checkNode() {
  const wanted = JSON.parse(readText("package.json")).engines.node;
  const [major, minor] = numbersOf(process.versions.node);
  const [majorMin, minorMin] = numbersOf(wanted);
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new StepFailed(`this is Node ${process.versions.node}, and Quartet needs ${wanted}: install a newer Node`);
}

function numbersOf(version) {
  return version.match(/\d+/g).map(Number);
}
