import { Chance } from "../../protocol/chance.ts";
import { type Address, type Slot, slots } from "../../protocol/ids.ts";
import {
  allAddresses,
  frontendAddress,
  frontendIds,
  managerAddress,
  sequencerAddress,
  sequencerIds,
} from "./addresses.ts";
import { isDiskExpendable } from "./disk-loss.ts";
import type { LogWitness } from "./log-witness.ts";
import { ReplicaFaults } from "./replica-faults.ts";
import { type FaultEvent, type FaultKind, faultKinds, wrongKinds } from "./schedule.ts";
import type { SimulatedFrontend } from "./simulated-frontend.ts";
import type { SimulatedManager } from "./simulated-manager.ts";
import type { Mishap, SimulatedNetwork } from "./simulated-network.ts";
import type { SimulatedSequencer } from "./simulated-sequencer.ts";

/** What faults are done to. */
export interface FaultHost {
  readonly now: number;
  readonly network: SimulatedNetwork;
  readonly managers: readonly SimulatedManager[];
  readonly sequencers: readonly SimulatedSequencer[];
  readonly frontends: readonly SimulatedFrontend[];
  readonly logs: LogWitness;
  readonly windowEntriesMax: number;
  at(time: number, run: () => void): void;
  burst(count: number): void;
}

interface Mortal {
  readonly process: { readonly isEnded: boolean; crashAfter(effects: number, onCrash: () => void): void };
  end(): void;
  restart(): void;
}

/** Effects that a process that is to crash still carries out at most, and the time after which it ends anyway. */
const lastEffectsMax = 12;
const crashWithinMs = 60;
/** What keeps one manager from taking part. */
const silencing: ReadonlySet<FaultKind> = new Set([
  "crashManager",
  "pauseManager",
  "slowDisk",
  "fullDisk",
  "failedFsync",
  "loseDisk",
  "rotDisk",
  "isolateManager",
  "deafManager",
  "muteManager",
  "minority",
  "crashReplica",
  "hangReplica",
  "babble",
]);
/** One crash of a sequencer in so many is an end in order. */
const inOrderEvery = 5;

const weather: { readonly [Kind in FaultKind]?: { readonly mishap: Mishap; readonly odds: readonly number[] } } = {
  losses: { mishap: "lost", odds: [0.02, 0.1, 0.3] },
  doubles: { mishap: "doubled", odds: [0.05, 0.2] },
  replays: { mishap: "replayed", odds: [0.02, 0.1] },
  lates: { mishap: "late", odds: [0.02, 0.1] },
  corruption: { mishap: "corrupted", odds: [0.02, 0.1] },
  partialMulticast: { mishap: "partial", odds: [0.2, 0.6] },
};

/** Does to a cluster what the schedule says, until the trouble ends; counts what it really did. */
export class Faults {
  readonly counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  readonly #host: FaultHost;
  readonly #replicas: ReplicaFaults;
  readonly #endAt: number;
  #pauseAtSwap = { until: 0, forMs: 0 };
  /** Until when a silence of a manager has a cause that is not its replica. */
  readonly #disturbedUntil = new Map<Slot, number>();

  /** Until when a manager itself is kept from taking part. */
  readonly #silentUntil = new Map<Slot, number>();

  constructor(host: FaultHost, events: readonly FaultEvent[], endAt: number) {
    this.#host = host;
    this.#endAt = endAt;
    this.#replicas = new ReplicaFaults(host, endAt);
    const startAt = host.now;
    for (const event of events) {
      host.at(startAt + event.at, () => {
        if (this.#strike(event)) this.counts[event.kind]++;
      });
    }
  }

  /** True when the replica of that slot has given wrong answers or may hold a wrong state. */
  isWrong(slot: Slot): boolean {
    return this.#replicas.isWrong(slot);
  }

  /** True when a silence of that slot has a cause within the last `graceMs`. */
  wasDisturbed(slot: Slot, graceMs: number): boolean {
    return this.#host.now - (this.#disturbedUntil.get(slot) ?? Number.NEGATIVE_INFINITY) <= graceMs;
  }

  /** A sequencer that leads asks, on trial, whether it may admit new data: the answers may find it asleep. */
  onSwapTrial(id: number): void {
    if (this.#host.now >= this.#pauseAtSwap.until) return;
    this.#host.sequencers.find((sequencer) => sequencer.id === id)?.process.pause(this.#pauseAtSwap.forMs);
    this.#pauseAtSwap = { until: 0, forMs: 0 };
  }

  #strike(event: FaultEvent): boolean {
    if (this.#leavesNobodyRight(event)) return false;
    const until = Math.min(this.#endAt, this.#host.now + event.forMs);
    const chance = new Chance(event.draw);
    for (const slot of this.#struck(event)) this.#disturbedUntil.set(slot, until);
    if (silencing.has(event.kind)) this.#silentUntil.set(event.target as Slot, until);
    const odds = weather[event.kind];
    if (odds !== undefined) return this.#blow(odds.mishap, odds.odds[event.draw % odds.odds.length] as number, until);
    return (
      this.#strikeManager(event, chance, until) ??
      this.#strikeOther(event, chance, until) ??
      this.#strikeNetwork(event, chance, until) ??
      this.#replicas.strike(event, chance, until)
    );
  }

  /** One is wrong and one other silent at a time: with two silent, nobody can tell which of the last two is right. */
  #leavesNobodyRight({ kind, target }: FaultEvent): boolean {
    const wrong = wrongKinds.has(kind) ? (target as Slot) : this.#replicas.wrongSlot;
    if (wrong === undefined || !(silencing.has(kind) || wrongKinds.has(kind))) return false;
    const silent = slots.filter((slot) => slot !== wrong && (slot === target || this.#isSilent(slot)));
    return silent.length > 1;
  }

  #isSilent(slot: Slot): boolean {
    return this.#host.now < (this.#silentUntil.get(slot) ?? 0) || this.#replicas.isBehind(slot);
  }

  /** Slots that an event makes silent: all, where it is about the network, a judge's clock, or everybody. */
  #struck({ kind, target }: FaultEvent): readonly Slot[] {
    const isOwn = [
      "pauseManager",
      "slowManager",
      "slowDisk",
      "fullDisk",
      "isolateManager",
      "deafManager",
      "muteManager",
    ];
    return isOwn.includes(kind) ? [target as Slot] : slots;
  }

  #strikeManager({ kind, target, forMs, draw }: FaultEvent, chance: Chance, until: number): boolean | undefined {
    const manager = this.#host.managers[target - 1] as SimulatedManager;
    const { disk, process } = manager;
    switch (kind) {
      case "crashManager":
        return this.#crash(manager, draw % lastEffectsMax, until);
      case "failedFsync":
        return this.#crash(manager, 0, until);
      case "loseDisk":
      case "rotDisk":
        return this.#loseDisk(manager, until);
      case "pauseManager":
        process.pause(until - this.#host.now);
        return true;
      case "slowManager":
        process.slow(until, chance.between(5, 60));
        return true;
      case "jumpManagerClock":
        process.jump(forMs);
        return true;
      case "slowDisk":
        disk.slow(until, chance.between(20, 300));
        return true;
      case "fullDisk":
        disk.setRoom(false);
        this.#host.at(until, () => disk.setRoom(true));
        return true;
      default:
        return undefined;
    }
  }

  #strikeOther({ kind, target, forMs, draw }: FaultEvent, chance: Chance, until: number): boolean | undefined {
    const sequencer = this.#host.sequencers[(target - 1) % sequencerIds.length] as SimulatedSequencer;
    const frontend = this.#host.frontends[(target - 1) % frontendIds.length] as SimulatedFrontend;
    switch (kind) {
      case "crashSequencer":
        if (draw % inOrderEvery !== 0) return this.#crash(sequencer, draw % lastEffectsMax, until);
        // One in so many ends in order: if it leads it says so first.
        sequencer.process.input({ kind: "resign" });
        return this.#crash(sequencer, 0, until);
      case "pauseSequencer":
        sequencer.process.pause(until - this.#host.now);
        return true;
      case "pauseAtSwap":
        this.#pauseAtSwap = { until, forMs: chance.between(250, 295) };
        return true;
      case "slowSequencer":
        sequencer.process.slow(until, chance.between(5, 60));
        return true;
      case "jumpSequencerClock":
        // Far enough at times that what was issued before counts as too old.
        sequencer.process.jump(4 * forMs);
        return true;
      case "crashFrontend":
        return this.#crash(frontend, draw % lastEffectsMax, until);
      case "pauseFrontend":
        frontend.process.pause(until - this.#host.now);
        return true;
      case "powerCut":
        return this.#cutPower(chance, until);
      case "burst":
        this.#host.burst(chance.between(this.#host.windowEntriesMax >> 1, 2 * this.#host.windowEntriesMax) % 64);
        return true;
      default:
        return undefined;
    }
  }

  #strikeNetwork({ kind, target }: FaultEvent, chance: Chance, until: number): boolean | undefined {
    const manager = [managerAddress(target as Slot)];
    switch (kind) {
      case "isolateManager":
        return this.#cut(manager, allAddresses, true, until);
      case "deafManager":
        return this.#cut(allAddresses, manager, false, until);
      case "muteManager":
        return this.#cut(manager, allAddresses, false, until);
      case "isolateSequencer":
        return this.#cut([sequencerAddress(target)], allAddresses, chance.happens(0.7), until);
      case "deafSequencer":
        return this.#cut(silentFor(target), [sequencerAddress(target)], false, until);
      case "halves":
        return this.#cutInHalves(target, chance, until);
      case "minority":
        return this.#cutOff(target as Slot, chance, until);
      case "reordering":
        this.#host.network.delayMs = [0, chance.between(5, 30)];
        this.#host.at(until, () => {
          this.#host.network.delayMs = [0, 1];
        });
        return true;
      default:
        return undefined;
    }
  }

  /** Two managers against two, each side with one sequencer and one front end. */
  #cutInHalves(partner: number, chance: Chance, until: number): boolean {
    const isLeft = (slot: Slot) => slot === 1 || slot === partner + 1;
    const [one, other] = chance.happens(0.5) ? [1, 2] : [2, 1];
    const left = slots.filter(isLeft).map(managerAddress);
    const right = slots.filter((slot) => !isLeft(slot)).map(managerAddress);
    left.push(sequencerAddress(one), frontendAddress(1));
    right.push(sequencerAddress(other), frontendAddress(2));
    return this.#cut(left, right, true, until);
  }

  /** One manager with one sequencer and one front end against all others. */
  #cutOff(slot: Slot, chance: Chance, until: number): boolean {
    const sequencer = chance.happens(0.5) ? 1 : 2;
    const few = [managerAddress(slot), sequencerAddress(sequencer), frontendAddress(chance.between(1, 2))];
    const others = allAddresses.filter((address) => !few.includes(address));
    return this.#cut(few, others, true, until);
  }

  #cut(from: readonly Address[], to: readonly Address[], isBothWays: boolean, until: number): boolean {
    const { network } = this.#host;
    network.cut(from, to);
    if (isBothWays) network.cut(to, from);
    this.#host.at(until, () => {
      network.heal(from, to);
      if (isBothWays) network.heal(to, from);
    });
    return true;
  }

  #blow(mishap: Mishap, odds: number, until: number): boolean {
    this.#host.network.setOdds(mishap, odds);
    this.#host.at(until, () => this.#host.network.setOdds(mishap, 0));
    return true;
  }

  /** Ends a process after a few more of its effects, be that between two of one step; it starts again later. */
  #crash(mortal: Mortal, effects: number, until: number): boolean {
    const { process } = mortal;
    if (process.isEnded) return false;
    const end = () => {
      if (mortal.process !== process || process.isEnded) return;
      mortal.end();
      this.#host.at(until, () => this.#restart(mortal));
    };
    if (effects === 0) end();
    else process.crashAfter(effects, end);
    this.#host.at(Math.min(this.#host.now + crashWithinMs, this.#endAt), end);
    return true;
  }

  #restart(mortal: Mortal): void {
    if (mortal.process.isEnded) mortal.restart();
  }

  #cutPower(chance: Chance, until: number): boolean {
    for (const mortal of [...this.#host.managers, ...this.#host.sequencers, ...this.#host.frontends]) {
      mortal.end();
      this.#host.at(Math.min(until + chance.between(0, 80), this.#endAt), () => this.#restart(mortal));
    }
    return true;
  }

  #loseDisk(manager: SimulatedManager, until: number): boolean {
    const { managers, logs } = this.#host;
    if (!isDiskExpendable(manager, managers, logs) || this.#replicas.isAnyDead) return false;
    manager.loseDisk();
    this.#host.at(until, () => this.#restart(manager));
    return true;
  }
}

/** Whom a deaf sequencer does not hear: all who would tell it that it is superseded. */
function silentFor(sequencer: number): readonly Address[] {
  const heard = [...frontendIds.map(frontendAddress), sequencerAddress(sequencer)];
  return allAddresses.filter((address) => !heard.includes(address));
}
