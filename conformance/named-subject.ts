import { isFaultName } from "../protocol/fault.ts";
import { faults } from "../replicas/faults/faults.ts";
import { isVersionName, versionNames } from "../replicas/versions.ts";
import type { Subject } from "./conversation.ts";
import { moduleSubject } from "./module-subject.ts";
import { processSubject, versionCommand } from "./process-subject.ts";

const faultSeed = 1;

/** Every version of this project, called by its name. */
export function versionSubjects(theatres: readonly string[]): readonly Subject[] {
  return versionNames.map((name) => moduleSubject(name, { theatres, name }));
}

/**
 * The replica of a name: that of a version like `table`, or with a fault of the lab in it, like
 * `table+capacity-off-by-one`. `undefined` where there is no such version or fault.
 */
export function namedSubject(name: string, theatres: readonly string[], patienceMs: number): Subject | undefined {
  const [version, faultName, ...more] = name.split("+");
  if (!isVersionName(version) || more.length > 0) return undefined;
  if (faultName === undefined) return moduleSubject(version, { theatres, name });
  if (!isFaultName(faultName)) return undefined;
  const fault = faults[faultName];
  if (fault.kind === "answers") {
    return moduleSubject(version, { theatres, name, afflict: (replica) => fault.wrap(replica, faultSeed) });
  }
  // What a fault does to lines or to a process can be seen on a process only.
  return processSubject(name, { command: versionCommand(version), theatres, patienceMs, fault: faultName });
}
