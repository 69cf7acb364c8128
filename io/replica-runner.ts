import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Limits } from "../protocol/limits.ts";
import type { ClusterSettings } from "./cluster-settings.ts";
import type { ProcessLog } from "./process-log.ts";
import { ReplicaProcess } from "./replica-process.ts";

/** What the replica processes of a manager tell it. */
export type ReplicaEvent =
  | { readonly kind: "replicaStarted"; readonly generation: number; readonly pid: number }
  | { readonly kind: "replicaLines"; readonly generation: number; readonly lines: readonly string[] }
  | { readonly kind: "replicaEnded"; readonly generation: number; readonly cause: string };

/** Where the system has it (util-linux), a replica is killed when its manager ends, even one that is frozen or loops. */
const pact = ["setpriv", "--pdeathsig", "KILL"] as const;
const endsWithManager: readonly string[] = works(pact) ? pact : [];
const replicaProgram = fileURLToPath(new URL("../replicas/main.js", import.meta.url));

/** Starts and ends replica processes of one manager, its own or those in shadow; at most one lives at a time. */
export class ReplicaRunner {
  readonly #settings: ClusterSettings;
  readonly #limits: Limits;
  readonly #log: ProcessLog;
  readonly #onEvent: (event: ReplicaEvent) => void;
  readonly #launcher: readonly string[];
  readonly #isShadow: boolean;
  #talkAt = 0;
  #generation = 0;
  #process: ReplicaProcess | undefined;

  /** What runs in shadow is a command line in the place of a version, and no part of the lab. */
  constructor(
    settings: ClusterSettings,
    limits: Limits,
    log: ProcessLog,
    onEvent: (event: ReplicaEvent) => void,
    isShadow = false,
  ) {
    this.#settings = settings;
    this.#limits = limits;
    this.#log = log;
    this.#onEvent = onEvent;
    this.#isShadow = isShadow;
    // Where the system has it (util-linux, Linux 4.7), buffers outside the heap count too, and nobody waits for a core file.
    const memoryLimit = ["prlimit", "--core=0", `--data=${limits.replicaMemoryMiB * 1024 * 1024}`] as const;
    this.#launcher = [...endsWithManager, ...(works(memoryLimit) ? memoryLimit : [])];
  }

  /** Starts a version as a process, after ending the one before. */
  start(generation: number, version: string): void {
    this.endAll();
    this.#generation = generation;
    try {
      this.#process = this.#spawn(generation, version);
    } catch (error) {
      // What the system refuses at once, as a file in the place of a folder, is thrown.
      const cause = error instanceof Error ? error.message : String(error);
      this.#onEvent({ kind: "replicaEnded", generation, cause });
    }
  }

  #spawn(generation: number, version: string): ReplicaProcess {
    return new ReplicaProcess({
      command: [...this.#launcher, ...this.#commandOf(version)],
      environment: {
        QUARTET_THEATRES: this.#settings.theatres.join(","),
        QUARTET_LAB: this.#settings.isLab && !this.#isShadow ? "1" : "0",
      },
      lineCharsMax: this.#limits.replicaLineCharsMax,
      onStarted: (pid) => this.#onEvent({ kind: "replicaStarted", generation, pid }),
      onLines: (lines) => this.#onEvent({ kind: "replicaLines", generation, lines }),
      onEnded: (cause) => this.#onEvent({ kind: "replicaEnded", generation, cause: this.#plain(cause, version) }),
      onTalk: (text) => this.#onTalk(version, text.trim()),
    });
  }

  #commandOf(version: string): readonly string[] {
    if (this.#isShadow) return version.split(" ");
    const heap = `--max-old-space-size=${this.#limits.replicaHeapMiB}`;
    return [process.execPath, heap, "--disable-proto=delete", replicaProgram, version];
  }

  /** What it means that a command line could not be started, by whatever starts it. */
  #plain(cause: string, version: string): string {
    const [program] = version.split(" ");
    if (this.#isShadow && /\bENOENT$|^exit code 127$/.test(cause)) return `${cause}: there is no program ${program}`;
    if (this.#isShadow && /\bEACCES$|^exit code 126$/.test(cause)) return `${cause}: ${program} cannot be run`;
    return cause;
  }

  /** What runs in shadow may be anybody's: it does not fill the log. */
  #onTalk(version: string, text: string): void {
    if (this.#isShadow) {
      if (performance.now() < this.#talkAt) return;
      this.#talkAt = performance.now() + this.#limits.shadowNoteMs;
    }
    this.#log.note({ level: "warn", text: `${this.#isShadow ? "the shadow" : "replica"} ${version} says: ${text}` });
  }

  /** Writes a line to the replica of that generation, where it is the one that lives. */
  write(generation: number, line: string): void {
    if (generation === this.#generation) this.#process?.write(line);
  }

  /** Ends the replica of that generation, where it is the one that lives. */
  end(generation: number): void {
    if (generation === this.#generation) this.endAll();
  }

  /** Ends whatever lives. */
  endAll(): void {
    this.#process?.end();
    this.#process = undefined;
  }
}

function works([program, ...args]: readonly [string, ...string[]]): boolean {
  return spawnSync(program, [...args, process.execPath, "--version"], { stdio: "ignore" }).status === 0;
}
