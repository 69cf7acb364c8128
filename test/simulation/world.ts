import { expect } from "chai";
import { sha256 } from "../../io/sha256.ts";
import type { Call } from "../../protocol/call.ts";
import { Chance } from "../../protocol/chance.ts";
import type { Entry } from "../../protocol/entry.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Received } from "../../protocol/message.ts";
import type { SendEffect } from "../../protocol/role.ts";
import { Sequencer, type SequencerEffect, type SequencerInput } from "../../sequencer/sequencer.ts";
import { EventQueue } from "./event-queue.ts";
import { type FaultKind, FaultPlan, faultKinds } from "./fault-plan.ts";
import { fairWeather, Network, type Weather } from "./network.ts";
import { Reference } from "./reference.ts";
import { SimulatedFrontend } from "./simulated-frontend.ts";
import { managerAddress, SimulatedManager, sequencerAddress } from "./simulated-manager.ts";
import { SimulatedProcess } from "./simulated-process.ts";
import { Trace } from "./trace.ts";
import { Witness } from "./witness.ts";
import { businessDates, Workload } from "./workload.ts";

/** What one run did, for the proof that it did something. */
export interface Outcome {
  readonly seed: number;
  readonly trace: string;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly answered: number;
  readonly executed: number;
  readonly repeated: number;
  readonly replacements: number;
  readonly condemned: number;
  readonly network: Network["counts"];
  readonly faults: FaultPlan["counts"];
}

const startMs = 1_683_892_800_000;
const troubleMs = 3000;
const settleMsMax = 60_000;

/** Small bounds, so that a short run reaches every one of them. */
const limits: Limits = {
  ...defaultLimits,
  windowEntriesMax: 128,
  ringEntriesMax: 96,
  resendEntriesMax: 16,
  checkpointEveryEntries: 25,
  probeMs: 300,
  silenceMs: 1500,
  recoveryRetryMs: 200,
  rebuildStallMs: 2000,
  restartBackoffMs: [10, 500],
  resultEverywhereCharsMax: 200,
  answerDeadlineMs: 3000,
  patienceMs: [50, 1000],
};

/** One cluster of production cores in one thread, from one seed: the same seed repeats every step. */
export class World {
  readonly seed: number;
  readonly chance: Chance;
  readonly network: Network;
  readonly managers: readonly SimulatedManager[];
  readonly #events = new EventQueue();
  readonly #trace = new Trace();
  readonly #witness = new Witness();
  readonly #reference = new Reference();
  readonly #frontends: readonly SimulatedFrontend[];
  readonly #sequencer: SimulatedProcess<SequencerInput, SequencerEffect>;
  readonly #weather: Weather;
  readonly #kinds: readonly FaultKind[];
  #plan: FaultPlan | undefined;
  #condemned = 0;
  #finalDigest = "";
  /** Told of every step; for people who look for the cause of a failure. */
  readonly #log: ((line: string) => void) | undefined;
  now = startMs;

  constructor(seed: number, log?: (line: string) => void) {
    this.seed = seed;
    this.#log = log;
    this.chance = new Chance(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
    this.network = new Network(this, seed % 8 === 0);
    this.#weather = weatherOf(this.chance);
    this.#kinds = faultKinds.filter(() => this.chance.happens(0.6));
    this.managers = slots.map((slot) => new SimulatedManager(slot, limits, this));
    this.#sequencer = this.#makeSequencer();
    this.#frontends = [1, 2].map((id) => new SimulatedFrontend(id, limits, this, this.#witness));
  }

  /** Runs a cluster through trouble and out of it again, and checks all that must hold. */
  run(): Outcome {
    this.#sequencer.input({ kind: "businessDate", date: businessDates[0] });
    this.after(troubleMs / 2, () => this.#sequencer.input({ kind: "businessDate", date: businessDates[1] }));
    for (const frontend of this.#frontends) frontend.start();
    this.#runUntil(() => this.#areAllVoting(), 5000, "all four managers vote at the start");
    this.network.weather = this.#weather;
    const plan = new FaultPlan(this, this.#kinds);
    this.#plan = plan;
    const workload = new Workload(this.#workloadHost(), this.chance.between(2, 6), this.chance.between(10, 100));
    this.#runFor(troubleMs);
    plan.end();
    this.network.weather = fairWeather;
    for (const slot of slots) this.after(5000, () => this.network.heal(managerAddress(slot)));
    this.#runFor(1000);
    workload.end();
    this.#runUntil(() => workload.pending === 0, settleMsMax, "every call is answered after the trouble");
    this.#settle();
    this.#reference.check(this.#witness.entries(), workload.made);
    return this.#outcome(plan, workload);
  }

  at(time: number, run: () => void): void {
    this.#events.add(Math.max(time, this.now), run);
  }

  after(delayMs: number, run: () => void): void {
    this.#events.add(this.now + delayMs, run);
  }

  deliver(to: string, received: Received): void {
    if (to === sequencerAddress) return this.#sequencer.deliver(received);
    this.managers.find((manager) => managerAddress(manager.slot) === to)?.deliver(received);
    this.#frontends.find((frontend) => frontend.address === to)?.deliver(received);
  }

  send(from: string, effect: SendEffect): void {
    this.network.send(from, effect.to, effect.message);
  }

  onStep(name: string, input: { readonly kind: string }, effects: readonly { readonly kind: string }[]): void {
    const kinds = effects.map((effect) => {
      const { message, at } = effect as { readonly message?: { readonly kind: string }; readonly at?: number };
      return `${effect.kind}${message?.kind ?? at ?? ""}`;
    });
    const line = `${this.now} ${name} ${input.kind} ${kinds.join(" ")}`;
    this.#trace.add(line);
    this.#log?.(line);
  }

  onAppend(slot: Slot, entries: readonly Entry[]): void {
    this.#witness.onAppend(slot, entries);
  }

  /** A replica is condemned for what it did and never without a cause. */
  onNote(slot: Slot, text: string): void {
    this.#log?.(`${this.now} m${slot} note: ${text}`);
    if (!text.includes("is condemned")) return;
    this.#condemned++;
    const name = FaultPlan.nameOf(this.managers[slot - 1]!);
    const guilty = text.includes("silent") ? this.#plan?.silent : this.#plan?.wrong;
    expect(guilty?.has(name), `replica ${name}: ${text}, and it had that fault`).to.equal(true);
  }

  #makeSequencer(): SimulatedProcess<SequencerInput, SequencerEffect> {
    const epoch = { number: 1, nonce: "e".repeat(32) };
    const sequencer = new Sequencer({ id: 1, pid: 1, epoch, limits, sha256 });
    return new SimulatedProcess<SequencerInput, SequencerEffect>(sequencer, {
      clock: this,
      at: (time, run) => this.at(time, run),
      turnMs: () => this.chance.between(0, 1),
      perform: (effect) => {
        if (effect.kind === "send") this.send(sequencerAddress, effect);
      },
      onStep: (input, effects) => this.onStep("s1", input, effects),
    });
  }

  #workloadHost(): ConstructorParameters<typeof Workload>[0] {
    return {
      clock: this,
      chance: this.chance,
      after: (delayMs, run) => this.after(delayMs, run),
      call: (frontend, call, caller, onReply) => this.#frontends[frontend]!.call(call, caller, onReply),
    };
  }

  /** Everybody votes again, on states that are equal; a replica that hangs is found only when it is asked something. */
  #settle(): void {
    const until = this.now + settleMsMax;
    for (;;) {
      const call: Call = { operation: "getBookingSchedule", args: { customerID: "ATWC0001" } };
      this.#frontends[0]!.call(call, "ATWC0001", () => {});
      const digests = this.#digests();
      const isEqual =
        digests.length === slots.length && digests.every((digest) => digest !== null && digest === digests[0]);
      if (isEqual && this.#areAllVoting()) {
        this.#finalDigest = digests[0]!;
        return;
      }
      const managers = this.managers.map((one) => `${one.slot} ${one.status?.state} hung=${one.replica?.isHung}`);
      expect(this.now < until, `all vote on equal states: ${managers.join(", ")}; ${digests.join(" ")}`).to.equal(true);
      this.#runFor(500);
    }
  }

  #digests(): readonly (string | null)[] {
    let digests: readonly (string | null)[] | undefined;
    this.#frontends[0]!.digests((answer) => {
      digests = "digests" in answer ? answer.digests.map((one) => one.digest) : [];
    });
    this.#runUntil(() => digests !== undefined, settleMsMax, "the state digests are told");
    return digests!;
  }

  #areAllVoting(): boolean {
    return this.managers.every((manager) => {
      const status = manager.status;
      return status?.state === "voting" && status.executed === status.last && manager.replica?.isHung === false;
    });
  }

  #runFor(ms: number): void {
    const until = this.now + ms;
    while (this.#events.nextAt <= until) this.#next();
    this.now = until;
  }

  #runUntil(isDone: () => boolean, msMax: number, what: string): void {
    const until = this.now + msMax;
    while (!isDone()) {
      if (this.now >= until) expect.fail(`not within ${msMax} ms: ${what}`);
      this.#runFor(50);
    }
  }

  #next(): void {
    const event = this.#events.take()!;
    this.now = event.at;
    event.run();
  }

  #outcome(plan: FaultPlan, workload: Workload): Outcome {
    expect(this.#finalDigest, "the state of all four is the right one").to.equal(this.#reference.digest);
    return {
      seed: this.seed,
      trace: this.#trace.digest,
      steps: this.#trace.steps,
      simulatedMs: this.now - startMs,
      answered: workload.made.length,
      executed: this.#reference.executed,
      repeated: this.#reference.repeated,
      replacements: this.managers.reduce((sum, manager) => sum + (manager.status?.replacements ?? 0), 0),
      condemned: this.#condemned,
      network: this.network.counts,
      faults: plan.counts,
    };
  }
}

function weatherOf(chance: Chance): Weather {
  return {
    loss: [0, 0, 0.01, 0.05, 0.15][chance.between(0, 4)]!,
    doubling: [0, 0.01, 0.1][chance.between(0, 2)]!,
    delayMs: [0, [1, 3, 20][chance.between(0, 2)]!],
    late: [0, 0, 0.01, 0.05][chance.between(0, 3)]!,
    lateMs: [10, 300],
  };
}
