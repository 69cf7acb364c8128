import Mocha from "mocha";

const leakedMsMax = 3_000;

/**
 * Mocha's `spec` reporter that also tells its parent, after each test and at the end, how far it came:
 * `{passed, failed, isDone}`. So the parent knows it however this process ends. Ends the process when something goes on
 * running after the last test.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const progress = { passed: 0, failed: 0, isDone: false };
    const count = (name) => {
      progress[name]++;
      process.send?.(progress);
    };
    runner.on("pass", () => count("passed"));
    runner.on("fail", () => count("failed"));
    runner.once("end", () => {
      progress.isDone = true;
      process.send?.(progress);
      setTimeout(() => endLeaked(progress), leakedMsMax).unref();
    });
  }
}

/** Counts what was left running as a failure; the exit code cannot tell it, since Mocha sets it last. */
function endLeaked(progress) {
  process.stderr.write(`the tests ended and left running: ${process.getActiveResourcesInfo().join(", ")}\n`);
  progress.failed++;
  if (process.send === undefined) process.exit();
  else process.send(progress, () => process.exit());
}
