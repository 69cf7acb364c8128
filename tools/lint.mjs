import { runChecks } from "./checks.mjs";
import { prepareOrExit } from "./prepare.mjs";

await prepareOrExit();
const failed = await runChecks();
process.exitCode = failed.length > 0 ? 1 : 0;
