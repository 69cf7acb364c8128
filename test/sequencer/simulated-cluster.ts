import type { FrontendEffect } from "../../frontend/effect.ts";
import { Frontend } from "../../frontend/frontend.ts";
import { sha256 } from "../../io/sha256.ts";
import type { CallFault, CallReply } from "../../protocol/call.ts";
import { callerOf } from "../../protocol/caller.ts";
import { Chance } from "../../protocol/chance.ts";
import { type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import { emptySummary } from "../../protocol/log-record.ts";
import { defaultQuorums } from "../../protocol/quorum.ts";
import type { ManagerEffect, Recovered } from "../../replica-manager/effect.ts";
import { Manager } from "../../replica-manager/manager.ts";
import { type AnyEffect, type AnyInput, LossyNetwork, type NetworkFaults } from "./lossy-network.ts";
import { changeCall, requestIdOf } from "./numbered-calls.ts";
import { RecordingReplica } from "./recording-replica.ts";
import { WatchedSequencer } from "./watched-sequencer.ts";

const frontendCount = 2;
const sequencerAddress = "sequencer";
const managers = { 1: "manager-1", 2: "manager-2", 3: "manager-3", 4: "manager-4" } as const;
const reliable: NetworkFaults = { lossPercent: 0, doublePercent: 0, delayMsMax: 2 };
const healedMsMax = 120_000;

/** How a run of simulated calls goes. */
export interface SimulatedRun {
  readonly seed: number;
  readonly faults: NetworkFaults;
  /** Milliseconds after the start at which each change is called for. */
  readonly callsAtMs: readonly number[];
  /** Milliseconds for which the network has its faults; after that it is reliable. */
  readonly faultyMs: number;
  readonly windowEntriesMax: number;
}

/** The cores of a whole cluster on a network with faults. */
export class SimulatedCluster {
  readonly sequencer: WatchedSequencer;
  /** Answers by request id. */
  readonly answers = new Map<string, CallReply | CallFault>();
  readonly #network: LossyNetwork;
  readonly #run: SimulatedRun;
  readonly #limits: Limits;
  readonly #replicas = new Map<Slot, RecordingReplica>();
  /** Records that each manager has stored. */
  readonly #appended = new Map<Slot, number>();

  constructor(run: SimulatedRun) {
    this.#run = run;
    this.#limits = { ...defaultLimits, windowEntriesMax: run.windowEntriesMax };
    this.#network = new LossyNetwork(new Chance(run.seed), run.faults);
    const self = { id: 1, pid: 1, nonce: "0123456789abcdef".repeat(2), address: sequencerAddress, seed: run.seed };
    const others = { ranksAbove: 0, mayFound: true, managers };
    this.sequencer = new WatchedSequencer({ ...self, ...others, limits: this.#limits, sha256 });
    this.#network.join(sequencerAddress, this.sequencer, () => undefined);
    for (const slot of slots) this.#joinManager(slot);
    for (let place = 0; place < frontendCount; place++) this.#joinFrontend(place);
  }

  /** Makes all calls and runs until each is answered and executed everywhere; returns whether that came about. */
  run(): boolean {
    const { callsAtMs, faultyMs } = this.#run;
    this.#network.inputAfter(1, sequencerAddress, { kind: "businessDate", date: "2023-05-12" } as AnyInput);
    if (!this.#network.run(healedMsMax, () => this.sequencer.isLeading)) return false;
    for (const [index, atMs] of callsAtMs.entries()) {
      const call = changeCall(index);
      const input = { kind: "call", handle: index, call, caller: callerOf(call), freshId: `fresh-${index}` };
      this.#network.inputAfter(1 + atMs, `frontend-${index % frontendCount}`, input);
    }
    this.#network.run(faultyMs, () => false);
    this.#network.become(reliable);
    return this.#network.run(healedMsMax, () => this.#isDone);
  }

  /** Request ids in the order in which the replica of a manager executed them. */
  executedBy(slot: Slot): readonly string[] {
    return (this.#replicas.get(slot)?.executed ?? []).map(({ args }) => requestIdOf(args));
  }

  get #isDone(): boolean {
    const { received } = this.sequencer;
    const isAnswered = this.answers.size === this.#run.callsAtMs.length;
    return isAnswered && slots.every((slot) => this.executedBy(slot).length >= received.length);
  }

  /** A manager without any data, whose disk stores at once. */
  #joinManager(slot: Slot): void {
    const limits = this.#limits;
    const incarnation = String(slot).repeat(32);
    const from = { slot, incarnation, pid: slot, address: managers[slot], seed: slot, versions: ["recording"] };
    const manager = new Manager({ ...from, managers, limits, sha256, isLab: false });
    this.#network.join(managers[slot], manager, (effect) => this.#perform(slot, effect as ManagerEffect));
    const recovered: Recovered = { summary: emptySummary, entries: [], snapshots: [], table: [] };
    this.#network.inputAfter(1, managers[slot], { kind: "recovered", recovered } as AnyInput);
  }

  #perform(slot: Slot, effect: ManagerEffect): AnyInput | undefined {
    switch (effect.kind) {
      case "startReplica":
        this.#replicas.set(slot, new RecordingReplica());
        return { kind: "replicaStarted", generation: effect.generation, pid: 1 } as AnyInput;
      case "writeReplica": {
        const line = (this.#replicas.get(slot) as RecordingReplica).take(effect.line);
        return { kind: "replicaLines", generation: effect.generation, lines: [line] } as AnyInput;
      }
      case "append": {
        const position = (this.#appended.get(slot) ?? 0) + effect.records.length;
        this.#appended.set(slot, position);
        return { kind: "appended", position } as AnyInput;
      }
      case "save":
        return { kind: "saved", checkpoint: { ...effect.snapshot.digests, time: effect.snapshot.time } } as AnyInput;
      default:
        return undefined;
    }
  }

  #joinFrontend(place: number): void {
    const [address, limits] = [`frontend-${place}`, this.#limits];
    const from = { id: `${place}`, pid: 1, address, seed: 9 + place };
    const frontend = new Frontend({ ...from, managers, limits, quorums: defaultQuorums, sha256 });
    this.#network.join(address, frontend, (given: AnyEffect) => {
      const effect = given as FrontendEffect;
      if (effect.kind === "answer") this.answers.set(changeCall(effect.handle).requestId as string, effect.reply);
      return undefined;
    });
  }
}
