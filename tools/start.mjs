import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareOrExit } from "./prepare.mjs";
import { root } from "./repository.mjs";

const parent = process.ppid;
const watchEveryMs = 500;

await prepareOrExit();
// The command runs in this process, so an exit code or a Ctrl-C needs no forwarding. A parent that is killed, npm or its
// shell, tells nobody: the service ends when it is gone.
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGTERM");
}, watchEveryMs).unref();
const command = join(root, "dist/cli/main.js");
process.argv = [process.execPath, command, "start", "--lab", "--sample", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);
