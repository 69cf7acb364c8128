import { versionNames } from "../../replicas/versions.ts";
import type { Subject } from "./conversation.ts";
import { moduleSubject } from "./module-subject.ts";
import { commandSubject, versionProcess } from "./process-subject.ts";

/** Replicas that are not versions of this project and have to pass all the same. */
const commandLines = ["python3 examples/replica-python/replica.py"];

/** One more command line for whoever writes a replica: `QUARTET_CONFORMANCE_COMMAND="./my-replica --fast"`. */
const guest = process.env["QUARTET_CONFORMANCE_COMMAND"];

/** Every version in the process of the test. */
export const moduleSubjects: readonly Subject[] = versionNames.map((version) => moduleSubject(version));

/** Every version as its manager runs it. */
export const versionProcesses: readonly Subject[] = versionNames.map(versionProcess);

/** Every replica that comes as a command line. */
export const commandSubjects: readonly Subject[] = [...commandLines, ...(guest === undefined ? [] : [guest])].map(
  commandSubject,
);
