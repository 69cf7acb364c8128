import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { commands } from "./node-process.mjs";
import { root } from "./repository.mjs";
import { StepFailed } from "./step-failed.mjs";

const takesValue = /^(-g|--grep|-f|--fgrep|-t|--timeout|--retries)$/;

/**
 * Runs the compiled tests under the given source paths (`test/sequencer`, `test/sequencer/window.test.ts`; all of them
 * when there is no path), with every `--option` given to mocha. Shows them as they run.
 * The counts: a run that fails without a failed test, such as a crash, an early exit or no test at all, counts as one failure.
 */
export function runTests(given) {
  const isOption = (word, at) => word.startsWith("-") || takesValue.test(given[at - 1]);
  const options = given.filter(isOption);
  const paths = given.filter((word, at) => !isOption(word, at));
  const compiled = (paths.length === 0 ? ["test"] : paths).map(compiledTests);
  const child = spawn(process.execPath, ["--enable-source-maps", commands.mocha, ...options, ...compiled], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  return countsOf(child);
}

/** The line that ends every run of the tests, and that CI counts by. */
export function closingLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed\n`;
}

function compiledTests(path) {
  const source = path.replaceAll("\\", "/").replace(/^\.\/|\/$/g, "");
  const at = join(root, source);
  if (!/^test(\/|$)/.test(source) || !existsSync(at)) throw new StepFailed(`there are no tests at ${path}`);
  return statSync(at).isDirectory() ? `dist/${source}/**/*.test.js` : `dist/${source.replace(/\.ts$/, ".js")}`;
}

function countsOf(child) {
  return new Promise((resolve, reject) => {
    let progress = { passed: 0, failed: 0, isDone: false };
    child.on("message", (message) => {
      progress = message;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const { passed, failed, isDone } = progress;
      resolve({ passed, failed: code === 0 && isDone ? failed : Math.max(failed, 1) });
    });
  });
}
