import { sha256 } from "../../io/sha256.ts";
import type { Chance } from "../../protocol/chance.ts";
import type { Entry } from "../../protocol/entry.ts";
import type { Slot } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageOf, Received } from "../../protocol/message.ts";
import type { SendEffect } from "../../protocol/role.ts";
import type { ManagerEffect, ManagerInput } from "../../replica-manager/effect.ts";
import { Manager } from "../../replica-manager/manager.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedReplica, simulatedVersions } from "./simulated-replica.ts";

/** Where the manager of a slot is reached. */
export const managerAddress = (slot: Slot) => `manager-${slot}:1`;

/** Where the only sequencer is reached. */
export const sequencerAddress = "sequencer:1";

const testerAddress = "tester:1";

/** What a simulated manager needs of the world around it. */
export interface ManagerHost {
  readonly now: number;
  readonly chance: Chance;
  at(time: number, run: () => void): void;
  send(from: string, effect: SendEffect): void;
  onStep(name: string, input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void;
  onAppend(slot: Slot, entries: readonly Entry[]): void;
  onNote(slot: Slot, text: string): void;
}

/** The process of one slot with its replica and its disk, through all its lives. */
export class SimulatedManager {
  readonly slot: Slot;
  readonly #host: ManagerHost;
  readonly #limits: Limits;
  #life = 0;
  #process: SimulatedProcess<ManagerInput, ManagerEffect>;
  #diskUntil = 0;
  #said: MessageOf<"managerStatus"> | undefined;
  replica: SimulatedReplica | undefined;

  constructor(slot: Slot, limits: Limits, host: ManagerHost) {
    this.slot = slot;
    this.#limits = limits;
    this.#host = host;
    this.#process = this.#start();
  }

  /** Counts the starts of this manager's process, and of its replica within it. */
  get life(): string {
    return `${this.#life}.${this.replica?.generation ?? 0}`;
  }

  get isEnded(): boolean {
    return this.#process.isEnded;
  }

  /** The manager's word about itself. */
  get status(): MessageOf<"managerStatus"> | undefined {
    if (this.isEnded) return undefined;
    const message = { kind: "askStatus", replyTo: testerAddress } as const;
    this.#process.input({ kind: "messages", messages: [{ from: testerAddress, message }] });
    return this.#said;
  }

  deliver(received: Received): void {
    this.#process.deliver(received);
  }

  /** Ends the process, its replica and all that it remembered. */
  end(): void {
    this.#process.end();
    this.replica?.end();
    this.replica = undefined;
  }

  /** Starts it again, as a new incarnation that knows nothing. */
  restart(): void {
    this.#process = this.#start();
  }

  #start(): SimulatedProcess<ManagerInput, ManagerEffect> {
    this.#life++;
    const { slot } = this;
    const host = this.#host;
    const names = Object.keys(simulatedVersions);
    const manager = new Manager({
      slot,
      incarnation: `${slot}${String(this.#life).padStart(3, "0")}`.repeat(8),
      pid: 100 * slot + this.#life,
      address: managerAddress(slot),
      managers: { 1: managerAddress(1), 2: managerAddress(2), 3: managerAddress(3), 4: managerAddress(4) },
      sequencers: [sequencerAddress],
      versions: [...names.slice(slot % names.length), ...names.slice(0, slot % names.length)],
      limits: this.#limits,
      sha256,
      seed: host.chance.u32(),
      isLab: true,
    });
    const process: SimulatedProcess<ManagerInput, ManagerEffect> = new SimulatedProcess(manager, {
      clock: host,
      at: (time, run) => host.at(time, run),
      turnMs: () => host.chance.between(0, 1),
      perform: (effect) => this.#perform(effect, process),
      onStep: (input, effects) => host.onStep(`m${slot}`, input, effects),
    });
    host.at(host.now, () => process.input({ kind: "wake" }));
    return process;
  }

  #perform(effect: ManagerEffect, process: SimulatedProcess<ManagerInput, ManagerEffect>): void {
    const host = this.#host;
    switch (effect.kind) {
      case "send":
        if (effect.to !== testerAddress) return host.send(managerAddress(this.slot), effect);
        this.#said = effect.message as MessageOf<"managerStatus">;
        return;
      case "note":
        return host.onNote(this.slot, effect.text);
      case "append": {
        host.onAppend(this.slot, effect.entries);
        const { n } = effect.entries.at(-1)!;
        this.#diskUntil = Math.max(this.#diskUntil, host.now + host.chance.between(0, 4));
        return host.at(this.#diskUntil, () => process.input({ kind: "appended", last: n }));
      }
      case "startReplica":
        return this.#startReplica(effect.generation, effect.version, process);
      case "endReplica":
        if (this.replica?.generation === effect.generation) this.replica.end();
        return;
      case "writeReplica":
        if (this.replica?.generation === effect.generation) this.replica.write(effect.line);
        return;
      default:
        return;
    }
  }

  #startReplica(generation: number, version: string, process: SimulatedProcess<ManagerInput, ManagerEffect>): void {
    const host = this.#host;
    this.replica?.end();
    this.replica = new SimulatedReplica(generation, version, {
      clock: host,
      at: (time, run) => host.at(time, run),
      workMs: () => host.chance.between(0, 1),
      onLines: (lines) => process.input({ kind: "replicaLines", generation, lines }),
      onEnded: (cause) => process.input({ kind: "replicaEnded", generation, cause }),
    });
    host.at(host.now + host.chance.between(5, 40), () =>
      process.input({ kind: "replicaStarted", generation, pid: 1000 + generation }),
    );
  }
}
