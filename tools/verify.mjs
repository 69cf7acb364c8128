import { runChecks } from "./checks.mjs";
import { prepare } from "./prepare.mjs";
import { closingLine, runTests } from "./run-tests.mjs";
import { StepFailed } from "./step-failed.mjs";

const failed = [];
const isBuilt = await attempt("build", prepare);
failed.push(...(await runChecks()));
const counts = (isBuilt && (await attempt("tests", () => runTests([])))) || { passed: 0, failed: 1 };
if (counts.failed > 0 && !failed.includes("tests")) failed.push("tests");

process.stdout.write(failed.length > 0 ? `\nfailed: ${failed.join(", ")}\n` : "\nall checks passed\n");
process.exitCode = failed.length > 0 ? 1 : 0;
process.stdout.write(closingLine(counts));

/** What the step answers, `true` in the place of nothing; `undefined` when it failed for a reason that it shows. */
async function attempt(name, step) {
  try {
    const answer = (await step()) ?? true;
    if (name === "build") process.stdout.write("build: ok\n");
    return answer;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stdout.write(`${name}: FAILED\n${error.message}\n\n`);
    failed.push(name);
    return undefined;
  }
}
