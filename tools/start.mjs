import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareOrExit } from "./prepare.mjs";
import { root } from "./repository.mjs";

await prepareOrExit();
// The command runs in this process: a signal or the exit code needs no forwarding, and no parent can be lost between.
const command = join(root, "dist/cli/main.js");
process.argv = [process.execPath, command, "start", "--lab", "--sample", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
