import { prepare } from "./prepare.mjs";
import { closingLine, runTests } from "./run-tests.mjs";
import { StepFailed } from "./step-failed.mjs";

let counts = { passed: 0, failed: 1 };
try {
  await prepare();
  counts = await runTests(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof StepFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
}
process.exitCode = counts.failed > 0 ? 1 : 0;
process.stdout.write(closingLine(counts));
