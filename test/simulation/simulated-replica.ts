import { sha256 } from "../../io/sha256.ts";
import type { FaultName } from "../../protocol/fault.ts";
import type { CanonicalState, MakeReplica } from "../../replicas/contract.ts";
import { faults } from "../../replicas/faults/faults.ts";
import { makeReplica as makeLedger } from "../../replicas/ledger/replica.ts";
import { ReplicaSession, type SessionEffect } from "../../replicas/session.ts";
import { makeReplica as makeTable } from "../../replicas/table/replica.ts";

/** The theatres of the simulated cluster. */
export const theatres = ["ATW", "VER", "OUT"];

/** The versions that run in the simulation. */
export const simulatedVersions: { readonly [name: string]: MakeReplica } = { table: makeTable, ledger: makeLedger };

/** What a replica needs of the world around it. */
export interface ReplicaHost {
  readonly clock: { readonly now: number };
  at(time: number, run: () => void): void;
  /** Milliseconds that one line takes. */
  workMs(): number;
  onLines(lines: readonly string[]): void;
  onEnded(cause: string): void;
}

/** A production version in a production session, as a process that takes its time and can be broken. */
export class SimulatedReplica {
  readonly generation: number;
  readonly version: string;
  readonly #host: ReplicaHost;
  readonly #session: ReplicaSession;
  #isEnded = false;
  #isHung = false;
  #busyUntil = 0;
  #output: { readonly text: string; readonly dueAt: number }[] = [];

  constructor(generation: number, version: string, host: ReplicaHost) {
    this.generation = generation;
    this.version = version;
    this.#host = host;
    this.#session = new ReplicaSession(simulatedVersions[version]!({ theatres }), sha256, faults);
  }

  /** Takes a line of the manager and answers it after its time, behind all earlier answers. */
  write(line: string): void {
    if (this.#isEnded || this.#isHung) return;
    const effect = this.#take(line);
    if (effect?.kind !== "write") return;
    this.#busyUntil = Math.max(this.#busyUntil, this.#host.clock.now + this.#host.workMs() + effect.delayMs);
    this.#output.push({ text: effect.text, dueAt: this.#busyUntil });
    this.#host.at(this.#busyUntil, () => this.#flush());
  }

  /** Answers wrongly from now on. */
  lie(name: FaultName, seed: number): void {
    this.#session.take(JSON.stringify({ fault: { name, seed } }));
  }

  /** Answers rightly again; what the lie did stays done. */
  stopLying(): void {
    this.#session.take('{"fault":null}');
  }

  /** Changes one number of the state behind everybody's back; false when there is nothing to change. */
  corrupt(): boolean {
    const effect = this.#session.take('{"export":true}');
    if (effect?.kind !== "write") return false;
    const [shows, bookings] = (JSON.parse(effect.text) as { readonly state: CanonicalState }).state;
    const [first, ...others] = shows;
    if (first === undefined) return false;
    this.#session.take(JSON.stringify({ import: [[[first[0], first[1], first[2] + 1], ...others], bookings] }));
    return true;
  }

  /** True after `hang`. */
  get isHung(): boolean {
    return this.#isHung;
  }

  /** Takes no line any more and lives on. */
  hang(): void {
    this.#isHung = true;
  }

  /** Writes what is not the protocol. */
  babble(): void {
    if (!this.#isEnded) this.#host.onLines(["Segmentation fault? No, just talking."]);
  }

  /** Dies by itself. */
  crash(): void {
    if (this.#isEnded) return;
    this.end();
    this.#host.onEnded("exit code 70");
  }

  /** Is ended by its manager. */
  end(): void {
    this.#isEnded = true;
    this.#output = [];
  }

  /** A version that finds itself wrong ends its process; that of a replica that was made wrong may well do so. */
  #take(line: string): SessionEffect | undefined {
    try {
      return this.#session.take(line);
    } catch {
      this.#host.at(this.#host.clock.now, () => this.crash());
      return undefined;
    }
  }

  #flush(): void {
    if (this.#isEnded || this.#isHung) return;
    const lines = this.#output.filter((line) => line.dueAt <= this.#host.clock.now).map((line) => line.text);
    this.#output = this.#output.slice(lines.length);
    if (lines.length > 0) this.#host.onLines(lines);
  }
}
