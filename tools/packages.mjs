import { runNpm } from "./node-process.mjs";
import { readText } from "./repository.mjs";
import { StepFailed } from "./step-failed.mjs";

/** Whether every package of package-lock.json is installed in its version; one for another platform need not be. */
export function hasPackages() {
  const installed = packagesOf("node_modules/.package-lock.json");
  return Object.entries(packagesOf("package-lock.json")).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

/** Installs the packages of package-lock.json. None needs an install script, so none runs. */
export async function installPackages() {
  process.stderr.write("installing packages …\n");
  const { code, output } = await runNpm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  if (code !== 0) throw new StepFailed(`${output}\nnpm ci failed: see above; then try again`);
}

function packagesOf(lock) {
  return JSON.parse(readText(lock) ?? "{}").packages ?? {};
}
