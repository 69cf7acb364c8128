import { prepareOrExit } from "./prepare.mjs";

await prepareOrExit();
process.stderr.write("dist/ is up to date\n");
