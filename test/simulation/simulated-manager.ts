import { sha256 } from "../../io/sha256.ts";
import type { Slot } from "../../protocol/ids.ts";
import type { Message, MessageOf, Received } from "../../protocol/message.ts";
import type { ManagerEffect } from "../../replica-manager/effect.ts";
import { type StartingInput, StartingManager } from "../../replica-manager/starting-manager.ts";
import { managerAddress, managerAddresses, testerAddress } from "./addresses.ts";
import { checkBounds } from "./bounds.ts";
import type { FoldedLog } from "./folded-log.ts";
import type { LogWitness } from "./log-witness.ts";
import { SimulatedDisk } from "./simulated-disk.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { SimulatedReplica, simulatedVersions } from "./simulated-replica.ts";
import { checkSpeech } from "./speech-witness.ts";
import type { Surroundings } from "./surroundings.ts";

type Process = SimulatedProcess<StartingInput, ManagerEffect>;

/** The process of one slot with its replica and its disk, through all its lives. */
export class SimulatedManager {
  readonly slot: Slot;
  readonly #world: Surroundings;
  readonly #logs: LogWitness;
  #life = 0;
  #disks = 0;
  #disk: SimulatedDisk;
  /** What the process has appended, durable or not. */
  #log: FoldedLog;
  #process: Process;
  #said: MessageOf<"managerStatus"> | undefined;
  #replica: SimulatedReplica | undefined;
  /** Whom the lab's end of a manager is reported to. */
  onEnded: () => void = () => {};

  constructor(slot: Slot, world: Surroundings, logs: LogWitness) {
    this.slot = slot;
    this.#world = world;
    this.#logs = logs;
    this.#disk = this.#newDisk();
    this.#log = this.#disk.durable.copy();
    this.#process = this.#start();
  }

  get process(): Process {
    return this.#process;
  }

  get disk(): SimulatedDisk {
    return this.#disk;
  }

  get replica(): SimulatedReplica | undefined {
    return this.#replica;
  }

  /** True when this is not its first disk. */
  get wasLost(): boolean {
    return this.#disks > 1;
  }

  /** Names one start of one replica. */
  get life(): string {
    return `${this.slot}.${this.#life}.${this.#replica?.generation ?? 0}`;
  }

  /** The manager's word about itself. */
  get status(): MessageOf<"managerStatus"> | undefined {
    if (this.#process.isEnded || this.#process.isPaused) return undefined;
    const message: Message = { kind: "askStatus", replyTo: testerAddress };
    this.#process.input({ kind: "messages", messages: [{ from: testerAddress, message }] });
    return this.#said;
  }

  deliver(received: Received): void {
    this.#process.deliver(received);
  }

  /** Ends the process, its replica and all that was not on the disk. */
  end(): void {
    if (this.#process.isEnded) return;
    this.#process.end();
    this.#replica?.end();
    this.#replica = undefined;
    this.#disk.crash();
  }

  /** Its data is gone: the next start begins with an empty disk, as another incarnation. */
  loseDisk(): void {
    this.end();
    this.#disk = this.#newDisk();
  }

  restart(): void {
    this.#process = this.#start();
  }

  #newDisk(): SimulatedDisk {
    const incarnation = `${this.slot}d${String(++this.#disks).padStart(2, "0")}`.repeat(8);
    const world = this.#world;
    return new SimulatedDisk(incarnation, {
      get now() {
        return world.now;
      },
      chance: world.diskChance,
      at: (time, run) => world.at(time, run),
    });
  }

  #start(): Process {
    this.#life++;
    const world = this.#world;
    const { slot } = this;
    const disk = this.#disk;
    const process: Process = new SimulatedProcess<StartingInput, ManagerEffect>(
      this.#newCore(),
      {
        clock: world,
        chance: world.processChance,
        at: (time, run) => world.at(time, run),
        perform: (effect) => this.#perform(effect, process),
        onStep: (input, effects) => world.onStep(`m${slot}`, input, effects),
      },
      world.processChance.between(0, world.skewMs),
    );
    const recovered = disk.open({
      onAppended: (position) => process.input({ kind: "appended", position }),
      onSaved: (checkpoint) => process.input({ kind: "saved", checkpoint }),
      onRoom: (hasRoom) => process.input({ kind: "room", hasRoom }),
      onDurable: () => this.#logs.onDurable(slot, disk),
    });
    this.#log = disk.durable.copy();
    const loadMs = world.diskChance.between(0, 20);
    world.at(world.now + (loadMs >> 1), () => process.input({ kind: "loading", done: 1, total: 2 }));
    world.at(world.now + loadMs, () => {
      process.input({ kind: "opened", incarnation: disk.incarnation, recovered });
      if (!disk.hasRoom) process.input({ kind: "room", hasRoom: false });
    });
    return process;
  }

  #newCore(): StartingManager {
    const world = this.#world;
    const { slot } = this;
    const names = Object.keys(simulatedVersions);
    const mutant = world.mutant === undefined ? {} : { mutant: world.mutant };
    return new StartingManager({
      slot,
      pid: 100 * slot + this.#life,
      address: managerAddress(slot),
      managers: managerAddresses,
      versions: [...names.slice(slot % names.length), ...names.slice(0, slot % names.length)],
      limits: world.limits,
      sha256,
      seed: world.processChance.u32(),
      isLab: true,
      ...mutant,
    });
  }

  #perform(effect: ManagerEffect, process: Process): void {
    switch (effect.kind) {
      case "send":
        return this.#send(effect.to, effect.message);
      case "note":
        return this.#world.onNote(`m${this.slot}`, effect.text);
      case "append":
        this.#logs.onAppend(this.slot, this.#log, effect.records);
        checkBounds(this.slot, this.#log, this.#world.limits);
        return this.#disk.append(effect.records);
      case "save":
        return this.#disk.save(effect.snapshot, effect.intervals);
      case "keep":
        return this.#disk.keep(effect);
      case "startReplica":
        return this.#startReplica(effect.generation, effect.version, process);
      case "endReplica":
        if (this.#replica?.generation === effect.generation) this.#replica.end();
        return;
      case "writeReplica":
        if (this.#replica?.generation === effect.generation) this.#replica.write(effect.line);
        return;
      case "endManager":
        return this.onEnded();
      default:
    }
  }

  #send(to: string, message: Message): void {
    if (to === testerAddress) {
      this.#said = message as MessageOf<"managerStatus">;
      return;
    }
    checkSpeech(this.slot, message, this.#disk.durable, this.#logs);
    this.#world.send(managerAddress(this.slot), to, message);
  }

  #startReplica(generation: number, version: string, process: Process): void {
    const world = this.#world;
    this.#replica?.end();
    this.#replica = new SimulatedReplica(generation, version, {
      clock: world,
      at: (time, run) => world.at(time, run),
      workMs: () => world.replicaChance.between(0, 1),
      onLines: (lines) => process.input({ kind: "replicaLines", generation, lines }),
      onEnded: (cause) => process.input({ kind: "replicaEnded", generation, cause }),
    });
    const readyAt = world.now + world.replicaChance.between(5, 40);
    world.at(readyAt, () => process.input({ kind: "replicaStarted", generation, pid: 1000 + generation }));
  }
}
