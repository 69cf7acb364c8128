import { fileURLToPath } from "node:url";
import type { Subject } from "../../conformance/conversation.ts";
import { processSubject } from "../../conformance/process-subject.ts";

/** The command line of a replica with a habit of `misbehaving-replica.ts`. */
export function misbehavingCommand(habit: string): readonly string[] {
  return [process.execPath, fileURLToPath(new URL("misbehaving-replica.js", import.meta.url)), habit];
}

/** Such a replica as a process. */
export function misbehaving(habit: string, patienceMs = 5000): Subject {
  return processSubject(habit, { command: misbehavingCommand(habit), theatres: ["ATW", "VER", "OUT"], patienceMs });
}
