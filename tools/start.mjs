import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepareOrExit } from "./prepare.mjs";
import { root } from "./repository.mjs";

const watchEveryMs = 500;
const ancestors = { parent: process.ppid, grandparent: parentOf(process.ppid) };

await prepareOrExit();
// The command runs in this process, so an exit code or a Ctrl-C needs no forwarding. A parent that is killed, npm or its
// shell, tells nobody: the service ends when one of them is gone.
const watch = setInterval(() => {
  if (process.ppid === ancestors.parent && parentOf(process.ppid) === ancestors.grandparent) return;
  clearInterval(watch);
  process.kill(process.pid, "SIGTERM");
}, watchEveryMs);
watch.unref();
const command = join(root, "dist/cli/main.js");
process.argv = [process.execPath, command, "start", "--lab", "--sample", ...process.argv.slice(2)];
await import(pathToFileURL(command).href);

/** The parent of the shell that npm runs a script in, where the system tells; nothing of any other process. */
function parentOf(pid) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = stat.lastIndexOf(")");
    const isShell = /^(sh|dash|bash|ash)$/.test(stat.slice(stat.indexOf("(") + 1, end));
    return isShell ? Number(stat.slice(end + 2).split(" ")[1]) : undefined;
  } catch {
    return undefined;
  }
}
