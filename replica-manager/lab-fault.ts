import type { FaultName } from "../protocol/fault.ts";
import type { InstantMs } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import { faultEndLine, faultLine } from "./replica-line.ts";

interface Target {
  readonly generation: number;
  readonly version: string;
}

type Active = NonNullable<MessageOf<"managerStatus">["fault"]>;

/** The faults that strike each replica of the version in which they were injected, until their time is over. */
const lastingFaults: ReadonlySet<string> = new Set<FaultName>(["crash-loop"]);

/** The one fault of the lab that this slot has; it ends with its time, and most of them with the replica. */
export class LabFault {
  readonly #config: ManagerConfig;
  readonly #write: (line: string) => void;
  #active: Active | null = null;
  /** What a lasting fault is injected with again, and into which version. */
  #again: { readonly version: string; readonly line: string } | undefined;

  constructor(config: ManagerConfig, write: (line: string) => void) {
    this.#config = config;
    this.#write = write;
  }

  /** The fault of the moment. */
  get active(): Active | null {
    return this.#active;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#active?.until ?? Number.POSITIVE_INFINITY;
  }

  /** Has the replica misbehave, where this is a lab and the replica is the one that is meant. */
  inject(now: InstantMs, message: MessageOf<"inject">, { generation, version }: Target): void {
    const { slot, incarnation } = this.#config;
    const isMeant = message.slot === slot && message.incarnation === incarnation && message.generation === generation;
    if (!this.#config.isLab || !isMeant || this.#active?.id === message.id) return;
    this.#active = { id: message.id, fault: message.fault, until: now + message.forMs, owner: message.owner };
    const line = faultLine(message.fault, message.seed);
    this.#again = lastingFaults.has(message.fault) ? { version, line } : undefined;
    this.#write(line);
  }

  /** Ends the fault of that id. */
  clear(message: MessageOf<"clear">): void {
    if (message.slot === this.#config.slot && this.#active?.id === message.id) this.#end();
  }

  /** Ends the fault when its time is over. */
  poll(now: InstantMs): void {
    if (now >= this.deadline) this.#end();
  }

  /** Takes note that the replica is gone, and its fault with it where that does not last. */
  forget(): void {
    if (this.#again === undefined) this.#active = null;
  }

  /** Takes note that a replica of that version has started. */
  onStarted(version: string): void {
    if (this.#again?.version === version) this.#write(this.#again.line);
  }

  #end(): void {
    this.#active = null;
    // The process that has a lasting fault is gone by now.
    if (this.#again === undefined) this.#write(faultEndLine);
    this.#again = undefined;
  }
}
