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

/** Starts and ends the replica processes of one manager; at most one lives at a time. */
export class ReplicaRunner {
  readonly #settings: ClusterSettings;
  readonly #limits: Limits;
  readonly #log: ProcessLog;
  readonly #onEvent: (event: ReplicaEvent) => void;
  #generation = 0;
  #process: ReplicaProcess | undefined;

  constructor(settings: ClusterSettings, limits: Limits, log: ProcessLog, onEvent: (event: ReplicaEvent) => void) {
    this.#settings = settings;
    this.#limits = limits;
    this.#log = log;
    this.#onEvent = onEvent;
  }

  /** Starts a version as a process, after ending the one before. */
  start(generation: number, version: string): void {
    this.endAll();
    this.#generation = generation;
    this.#process = new ReplicaProcess({
      command: [...endsWithManager, process.execPath, "--disable-proto=delete", replicaProgram, version],
      environment: {
        QUARTET_THEATRES: this.#settings.theatres.join(","),
        QUARTET_LAB: this.#settings.isLab ? "1" : "0",
      },
      lineCharsMax: this.#limits.replicaLineCharsMax,
      onStarted: (pid) => this.#onEvent({ kind: "replicaStarted", generation, pid }),
      onLines: (lines) => this.#onEvent({ kind: "replicaLines", generation, lines }),
      onEnded: (cause) => this.#onEvent({ kind: "replicaEnded", generation, cause }),
      onTalk: (text) => this.#log.note({ level: "warn", text: `replica ${version} says: ${text.trim()}` }),
    });
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
