import type { InstantMs } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { ManagerConfig } from "./config.ts";
import { faultEndLine, faultLine } from "./replica-line.ts";

type Active = NonNullable<MessageOf<"managerStatus">["fault"]>;

/** The one fault of the lab that the replica of the moment has; it ends with its time or with the replica. */
export class LabFault {
  readonly #config: ManagerConfig;
  readonly #write: (line: string) => void;
  #active: Active | null = null;

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
  inject(now: InstantMs, message: MessageOf<"inject">, generation: number): void {
    const { slot, incarnation } = this.#config;
    const isMeant = message.slot === slot && message.incarnation === incarnation && message.generation === generation;
    if (!this.#config.isLab || !isMeant || this.#active?.id === message.id) return;
    this.#active = { id: message.id, fault: message.fault, until: now + message.forMs, owner: message.owner };
    this.#write(faultLine(message.fault, message.seed));
  }

  /** Ends the fault of that id. */
  clear(message: MessageOf<"clear">): void {
    if (message.slot === this.#config.slot && this.#active?.id === message.id) this.#end();
  }

  /** Ends the fault when its time is over. */
  poll(now: InstantMs): void {
    if (now >= this.deadline) this.#end();
  }

  /** Takes note that the replica is gone, and its fault with it. */
  forget(): void {
    this.#active = null;
  }

  #end(): void {
    this.#active = null;
    this.#write(faultEndLine);
  }
}
