import { unreachable } from "../protocol/assert.ts";
import type { FaultName } from "../protocol/fault.ts";
import type { Sha256 } from "../protocol/role.ts";
import type { Replica } from "./contract.ts";
import type { Delivery, Fault, FaultyReplica } from "./faults/fault.ts";
import { type InjectedFault, readInputLine } from "./input-line.ts";

/** What a line makes a replica process do. */
export type SessionEffect =
  | ({ readonly kind: "write" } & Delivery)
  | { readonly kind: "note"; readonly text: string }
  /** From now on, every so many milliseconds, until told otherwise. */
  | { readonly kind: "tick"; readonly everyMs: number; readonly tick: () => void }
  | { readonly kind: "endTicks" }
  | { readonly kind: "exit"; readonly exitCode: number; readonly text: string };

/** The faults that may be injected; `undefined` outside the lab. */
export type InjectableFaults = { readonly [Name in FaultName]: Fault } | undefined;

const noteCharsMax = 200;

/** A replica in conversation with its manager: lines in, effects out, in order. */
export class ReplicaSession {
  readonly #sha256: Sha256;
  readonly #faults: InjectableFaults;
  #replica: Replica | FaultyReplica;
  #deliver: ((text: string) => Delivery) | undefined;
  #isTicking = false;

  /** Owns `replica` from now on. */
  constructor(replica: Replica, sha256: Sha256, faults?: InjectableFaults) {
    this.#replica = replica;
    this.#sha256 = sha256;
    this.#faults = faults;
  }

  /** Does what one line asks for; `undefined` where nothing is to be done outside. */
  take(line: string): SessionEffect | undefined {
    const input = readInputLine(line);
    switch (input.kind) {
      case "request": {
        const answer = JSON.stringify(this.#replica.execute(input.request));
        return this.#write(`{"n":${input.request.n},"result":${answer}}`);
      }
      case "export": {
        const state = JSON.stringify(this.#replica.exportState());
        return this.#write(`{"state":${state},"digest":"${this.#sha256(state)}"}`);
      }
      case "import":
        this.#replica.importState(input.state);
        return this.#write('{"ready":true}');
      case "fault":
        return this.#setFault(input.fault);
      case "unknown":
        return undefined;
      case "broken":
        return { kind: "exit", exitCode: 1, text: `broken input line: ${line.slice(0, noteCharsMax)}` };
      default:
        return unreachable(input);
    }
  }

  #write(text: string): SessionEffect {
    if (this.#deliver !== undefined) return { kind: "write", ...this.#deliver(text) };
    return { kind: "write", text, delayMs: 0 };
  }

  #setFault(injected: InjectedFault | null): SessionEffect | undefined {
    if (this.#faults === undefined) {
      return { kind: "note", text: "a fault was not injected: QUARTET_LAB is not 1" };
    }
    if ("release" in this.#replica) this.#replica = this.#replica.release();
    this.#deliver = undefined;
    const afterwards: SessionEffect | undefined = this.#isTicking ? { kind: "endTicks" } : undefined;
    this.#isTicking = false;
    return injected === null ? afterwards : (this.#begin(injected, this.#faults[injected.name]) ?? afterwards);
  }

  #begin(injected: InjectedFault, fault: Fault): SessionEffect | undefined {
    switch (fault.kind) {
      case "answers":
        this.#replica = fault.wrap(this.#replica, injected.seed);
        return undefined;
      case "lines":
        this.#deliver = fault.makeDeliver(injected.seed);
        return undefined;
      case "process":
        return { kind: "exit", exitCode: fault.exitCode, text: `fault injected: ${injected.name}` };
      case "ticks":
        this.#isTicking = true;
        return { kind: "tick", everyMs: fault.everyMs, tick: fault.makeTick() };
      default:
        return unreachable(fault);
    }
  }
}
