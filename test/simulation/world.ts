import type { Call } from "../../protocol/call.ts";
import type { Chance } from "../../protocol/chance.ts";
import { type Address, type Slot, slots } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Message, Received } from "../../protocol/message.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import type { Destination } from "../../protocol/role.ts";
import { frontendIds, managerAddress, sequencerAddress, sequencerIds } from "./addresses.ts";
import { AnswerWitness } from "./answer-witness.ts";
import { businessDates } from "./calls.ts";
import { streamOf } from "./chance-streams.ts";
import { Coincidences } from "./coincidences.ts";
import { EventQueue } from "./event-queue.ts";
import { Faults } from "./faults.ts";
import { LogWitness } from "./log-witness.ts";
import type { Profile } from "./profile.ts";
import { SimulatedFrontend } from "./simulated-frontend.ts";
import { SimulatedManager } from "./simulated-manager.ts";
import { SimulatedNetwork } from "./simulated-network.ts";
import { SimulatedSequencer } from "./simulated-sequencer.ts";
import type { Surroundings } from "./surroundings.ts";
import { Trace } from "./trace.ts";
import { Violation } from "./violation.ts";
import { type OnReply, Workload } from "./workload.ts";

/** When every run begins. */
export const startMs = 1_683_892_800_000;

/** How long after a disturbance a silence may still be judged. */
const silenceGraceMs = 6000;

/** One cluster of production cores in one thread, from one profile: the same profile repeats every step. */
export class World implements Surroundings {
  readonly profile: Profile;
  readonly processChance: Chance;
  readonly diskChance: Chance;
  readonly replicaChance: Chance;
  readonly chance: Chance;
  readonly network: SimulatedNetwork;
  readonly logs = new LogWitness();
  readonly managers: readonly SimulatedManager[];
  readonly sequencers: readonly SimulatedSequencer[];
  readonly frontends: readonly SimulatedFrontend[];
  readonly trace = new Trace();
  readonly coincidences: Coincidences;
  readonly #events = new EventQueue();
  readonly #receivers = new Map<Address, { deliver(received: Received): void }>();
  /** Told of every step; for people who look for the cause of a failure. */
  readonly #log: ((line: string) => void) | undefined;
  #faults: Faults | undefined;
  #workload: Workload | undefined;
  #condemned = 0;
  now = startMs;

  constructor(profile: Profile, log?: (line: string) => void) {
    const { seed } = profile;
    this.profile = profile;
    this.#log = log;
    this.chance = streamOf(seed, "network");
    this.processChance = streamOf(seed, "process");
    this.diskChance = streamOf(seed, "disk");
    this.replicaChance = streamOf(seed, "replica");
    this.network = new SimulatedNetwork(this, profile.isEncoding);
    this.managers = slots.map((slot) => new SimulatedManager(slot, this, this.logs));
    this.sequencers = sequencerIds.map((id) => new SimulatedSequencer(id, businessDates[0], this));
    this.coincidences = new Coincidences(this, this.sequencers, profile.limits);
    const answers = new AnswerWitness(this.logs);
    this.frontends = frontendIds.map((id) => new SimulatedFrontend(id, this, answers));
    for (const manager of this.managers) this.#receivers.set(managerAddress(manager.slot), manager);
    for (const sequencer of this.sequencers) this.#receivers.set(sequencerAddress(sequencer.id), sequencer);
    for (const frontend of this.frontends) this.#receivers.set(frontend.address, frontend);
  }

  get seed(): number {
    return this.profile.seed;
  }

  get limits(): Limits {
    return this.profile.limits;
  }

  get mutant(): Mutant | undefined {
    return this.profile.mutant;
  }

  get skewMs(): number {
    return this.profile.skewMs;
  }

  get windowEntriesMax(): number {
    return this.limits.windowEntriesMax;
  }

  get faults(): Faults | undefined {
    return this.#faults;
  }

  /** Replicas that were condemned. */
  get condemned(): number {
    return this.#condemned;
  }

  /** Begins what the profile says: clients, faults, and midnight in the middle of it. */
  begin(): Workload {
    const { troubleMs, events, workload } = this.profile;
    for (const sequencer of this.sequencers) {
      const lateMs = this.processChance.between(0, 300);
      this.after((troubleMs >> 1) + lateMs, () => sequencer.tellDate(businessDates[1]));
    }
    this.#workload = new Workload(this, workload);
    const faults = new Faults(this, events, this.now + troubleMs);
    this.coincidences.onSwapTrial = (id) => faults.onSwapTrial(id);
    this.#faults = faults;
    return this.#workload;
  }

  at(time: number, run: () => void): void {
    this.#events.add(Math.max(time, this.now), run);
  }

  after(delayMs: number, run: () => void): void {
    this.#events.add(this.now + delayMs, run);
  }

  burst(count: number): void {
    this.#workload?.burst(count);
  }

  call(frontend: number, call: Call, caller: string, onReply: OnReply): void {
    this.frontends[frontend % this.frontends.length]!.call(call, caller, onReply);
  }

  send(from: Address, to: Destination, message: Message): void {
    if (to === "sequencers") {
      for (const address of sequencerIds.map(sequencerAddress)) if (address !== from) this.send(from, address, message);
      return;
    }
    if (this.#log !== undefined) this.#tell(`${from} > ${to} ${JSON.stringify(message).slice(0, 700)}`);
    this.coincidences.onSend(from, to, message);
    this.network.send(from, to, message);
  }

  deliver(to: Address, received: Received): void {
    this.#receivers.get(to)?.deliver(received);
  }

  onStep(name: string, input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void {
    this.trace.step(this.now, name, input, effects);
    this.coincidences.onStep(name, input, effects);
    if (this.#log === undefined) return;
    const done = effects.filter(({ kind }) => kind !== "send" && kind !== "wake");
    if (input.kind !== "wake" || done.length > 0) {
      this.#tell(`${name} ${JSON.stringify(input).slice(0, 300)} => ${JSON.stringify(done).slice(0, 20_000)}`);
    }
  }

  /** A replica is condemned for what it did and never without a cause. */
  onNote(name: string, text: string): void {
    if (this.#log !== undefined) this.#tell(`${name} NOTE ${text}`);
    this.coincidences.onNote(name, text);
    if (!text.includes("is condemned")) return;
    this.#condemned++;
    const slot = Number(name.slice(1)) as Slot;
    const isGuilty = text.includes("silent")
      ? this.#faults?.wasDisturbed(slot, silenceGraceMs)
      : this.#faults?.isWrong(slot);
    if (isGuilty !== true) throw new Violation("rightReplicaStays", `manager ${slot}: ${text}`);
  }

  runFor(ms: number): void {
    const until = this.now + ms;
    while (this.#events.nextAt <= until) {
      const event = this.#events.take()!;
      this.now = event.at;
      event.run();
    }
    this.now = until;
  }

  /** Goes on until something is so, which has to be within that time. */
  runUntil(isSo: () => boolean, msMax: number, what: () => string): void {
    const until = this.now + msMax;
    while (!isSo()) {
      if (this.now >= until) throw new Violation("live", `not within ${msMax} ms: ${what()}`);
      this.runFor(50);
    }
  }

  #tell(line: string): void {
    this.#log?.(`${String(this.now - startMs).padStart(6)} ${line}`);
  }
}
