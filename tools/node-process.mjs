import { spawn } from "node:child_process";
import { root } from "./repository.mjs";

/** The command of an installed package: a script that Node runs on every system alike. */
export const commands = {
  biome: "node_modules/@biomejs/biome/bin/biome",
  knip: "node_modules/knip/bin/knip.js",
  mocha: "node_modules/mocha/bin/mocha.js",
  oxlint: "node_modules/oxlint/bin/oxlint",
  tsc: "node_modules/typescript/bin/tsc",
};

/**
 * Runs a script with this Node in the repository until it ends: its exit code (1 when a signal ended it) and what it
 * wrote, both streams in one.
 */
export function runScript(script, ...args) {
  return collect(spawn(process.execPath, [script, ...args], { cwd: root, stdio: ["ignore", "pipe", "pipe"] }));
}

/** Runs npm in the repository, like `runScript`: the npm that started us, else the one on the path. */
export function runNpm(...args) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) return runScript(npm, ...args);
  // On Windows npm is a batch file, which only a shell starts.
  const shell = process.platform === "win32";
  return collect(spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], shell }));
}

function collect(child) {
  return new Promise((resolve) => {
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString().trimEnd() }));
  });
}
