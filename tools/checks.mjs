import { commands, runScript } from "./node-process.mjs";

/** The checks of the sources that need no test: a name to show and the script with its arguments. None writes a file. */
const checks = [
  { name: "format and lint", script: [commands.biome, "check", "--error-on-warnings"] },
  { name: "lint with types", script: [commands.oxlint, "--type-aware", "--deny-warnings"] },
  { name: "imports", script: ["tools/check-imports.mjs"] },
  { name: "doc comments", script: ["tools/check-exports.mjs"] },
  { name: "unused code", script: [commands.knip] },
];

/** Runs every check, shows what each refuses, and answers the names of those that do. */
export async function runChecks() {
  const results = await Promise.all(checks.map(({ script }) => runScript(...script)));
  const failed = [];
  for (const [at, { name }] of checks.entries()) {
    const { code, output } = results[at];
    process.stdout.write(code === 0 ? `${name}: ok\n` : `${name}: FAILED\n${output}\n\n`);
    if (code !== 0) failed.push(name);
  }
  return failed;
}
