import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { VersionName } from "../../replicas/versions.ts";
import type { Conversation, Input, Output, Subject } from "./conversation.ts";

const projectRoot = fileURLToPath(new URL("../../../", import.meta.url));
const replicaMain = fileURLToPath(new URL("../../replicas/main.js", import.meta.url));

/** A replica that takes longer than this to answer, or to end, is stopped, so that no test run hangs on it. */
const patienceMs = 15_000;

/** A version of this project as its manager runs it. */
export function versionProcess(version: VersionName): Subject {
  return {
    name: `${version} as a process`,
    open: async () => converse(start([process.execPath, replicaMain, version])),
  };
}

/** Any command line, run in the root of the project; words are separated by single spaces. */
export function commandSubject(commandLine: string): Subject {
  return { name: commandLine, open: async () => converse(start(commandLine.split(" "))) };
}

function start([command = "", ...args]: readonly string[]): ChildProcessWithoutNullStreams {
  const child = spawn(command, args, { cwd: projectRoot, env: { ...process.env, QUARTET_THEATRES: "ATW,VER,OUT" } });
  child.stderr.pipe(process.stderr, { end: false });
  return child;
}

async function converse(child: ChildProcessWithoutNullStreams): Promise<Conversation> {
  await once(child, "spawn");
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  // A replica that ended is found out by its missing answer, not by a broken pipe.
  child.stdin.on("error", () => {});
  return {
    tell: async (inputs) => {
      const stop = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      try {
        child.stdin.write(inputs.map(toLine).join(""));
        const outputs: Output[] = [];
        while (outputs.length < inputs.length) {
          const line = await lines.next();
          if (line.done) throw new Error(`ended after ${outputs.length} of ${inputs.length} answers`);
          outputs.push(JSON.parse(line.value) as Output);
        }
        return outputs;
      } finally {
        clearTimeout(stop);
      }
    },
    close: async () => {
      const stop = setTimeout(() => child.kill("SIGKILL"), patienceMs);
      child.stdin.end();
      await ended;
      clearTimeout(stop);
    },
  };
}

function toLine(input: Input): string {
  return `${JSON.stringify(input)}\n`;
}
