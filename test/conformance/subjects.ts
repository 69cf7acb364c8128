import { fileURLToPath } from "node:url";
import type { Subject } from "../../conformance/conversation.ts";
import { moduleSubject } from "../../conformance/module-subject.ts";
import { processSubject, versionCommand } from "../../conformance/process-subject.ts";
import { versionNames } from "../../replicas/versions.ts";

/** Replicas that are not versions of this project and have to pass all the same. */
const commandLines = ["python3 examples/replica-python/replica.py"];

/** One more command line for whoever writes a replica: `QUARTET_CONFORMANCE_COMMAND="./my-replica --fast"`. */
const guest = process.env["QUARTET_CONFORMANCE_COMMAND"];

const theatres = ["ATW", "VER", "OUT"];
const directory = fileURLToPath(new URL("../../../", import.meta.url));

/** Every version in the process of the test. */
export const moduleSubjects: readonly Subject[] = versionNames.map((version) => moduleSubject(version));

/** Every version as its manager runs it. */
export const versionProcesses: readonly Subject[] = versionNames.map((version) =>
  processSubject(`${version} as a process`, { command: versionCommand(version), theatres }),
);

/** Every replica that comes as a command line, run in the root of the project; words stand between single spaces. */
export const commandSubjects: readonly Subject[] = [...commandLines, ...(guest === undefined ? [] : [guest])].map(
  (line) => processSubject(line, { command: line.split(" "), theatres, directory }),
);
