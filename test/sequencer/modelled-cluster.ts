import { sha256 } from "../../io/sha256.ts";
import { Chance } from "../../protocol/chance.ts";
import { type Epoch, type InstantMs, type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message, Received } from "../../protocol/message.ts";
import type { Mutant } from "../../protocol/mutant.ts";
import type { Destination } from "../../protocol/role.ts";
import type { SequencerEffect, SequencerInput } from "../../sequencer/effect.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";
import { Broken } from "./broken.ts";
import { changeOf, managerAddresses } from "./candidate.ts";
import { ModelledManager } from "./modelled-manager.ts";

const limits = { ...defaultLimits, admitAfterMs: 300, storedEveryMs: 100 };
const startMs = 1_683_892_800_000;
const sequencerIds = [1, 2] as const;
const addressOf = (id: number) => `sequencer:${id}`;
/** Milliseconds after the end of all faults in which everything has to come right. */
const healedMsMax = 20_000;

interface Process {
  readonly sequencer: Sequencer;
  readonly inbox: Received[];
  wakeAt: InstantMs;
  pausedUntil: InstantMs;
  aheadMs: number;
}

/** Two sequencers and four modelled managers on a network with faults: the same seed gives the same run. */
export class ModelledCluster {
  readonly #chance: Chance;
  readonly #mutant: Mutant | undefined;
  readonly #processes = new Map<string, Process>();
  readonly #managers: Readonly<Record<Slot, ModelledManager>>;
  readonly #underWay = new Map<InstantMs, (() => void)[]>();
  /** Ways that are cut, each one `from to`. */
  #cuts = new Set<string>();
  #lossPercent = 0;
  #now: InstantMs = startMs;
  #lives = 0;
  #requests = 0;
  #lostDisk: Slot | undefined;
  /** What each fact was when it became known first. */
  readonly #facts = new Map<string, string>();
  /** Slots that replied the same, by epoch, number and history. */
  readonly #replies = new Map<string, Set<Slot>>();
  readonly #answered = new Set<string>();
  #answeredLast = 0;
  #admitted = 0;

  constructor(seed: number, mutant?: Mutant) {
    this.#chance = new Chance(seed);
    this.#mutant = mutant;
    const managers = slots.map((slot) => [slot, new ModelledManager(slot, this.#fresh(), this)]);
    this.#managers = Object.fromEntries(managers) as Readonly<Record<Slot, ModelledManager>>;
    for (const id of sequencerIds) this.#start(id);
  }

  /** Requests that two managers have answered alike. */
  get answered(): ReadonlySet<string> {
    return this.#answered;
  }

  /** The highest number of an epoch that any manager has adopted. */
  get epochs(): number {
    return Math.max(...slots.map((slot) => this.#managers[slot].adoption?.epoch.number ?? 0));
  }

  /** Managers that came with new data and were admitted. */
  get admitted(): number {
    return this.#admitted;
  }

  /** Runs with faults for so long; throws `Broken` when two facts contradict each other. */
  trouble(ms: number): void {
    for (let at = 0; at < ms; at++) {
      if (this.#chance.happens(0.01)) this.#fault();
      if (this.#chance.happens(0.05)) this.#request();
      this.#step();
    }
  }

  /** Ends all faults and runs until a new request is answered and all four managers have one log; returns whether. */
  heals(): boolean {
    this.#cuts.clear();
    this.#lossPercent = 0;
    for (const process of this.#processes.values()) process.pausedUntil = 0;
    for (let at = 0; at < healedMsMax; at++) {
      if (at % 20 === 0) this.#request();
      this.#step();
      if (at % 50 === 0 && at > 1000 && this.#isWhole()) return true;
    }
    return false;
  }

  send(from: Slot, to: string, message: Message): void {
    this.#carry(managerAddresses[from], to, message);
  }

  logAt(address: string): ModelledManager["log"] | undefined {
    return slots.map((slot) => this.#managers[slot]).find(({ slot }) => managerAddresses[slot] === address)?.log;
  }

  reply(slot: Slot, epoch: Epoch, n: number, entry: ModelledManager["log"][number]): void {
    const key = `${epoch.number} ${epoch.nonce} ${n} ${entry.digest}`;
    const same = this.#replies.get(key) ?? new Set();
    this.#replies.set(key, same.add(slot));
    if (same.size < 2) return;
    this.#fact(`the history that was answered behind ${n}`, entry.digest);
    this.#answered.add(entry.key);
    this.#answeredLast = Math.max(this.#answeredLast, n);
  }

  #isWhole(): boolean {
    const [first, ...others] = slots.map((slot) => this.#managers[slot]) as [ModelledManager, ...ModelledManager[]];
    const isOne = others.every(({ lastDigest }) => lastDigest === first.lastDigest);
    const isIn = [first, ...others].every(
      ({ slot, incarnation, adoption }) => adoption?.members[slot - 1] === incarnation,
    );
    return isOne && isIn && this.#answered.has(first.log.at(-1)?.key ?? "") && first.log.length > 20;
  }

  #start(id: number): void {
    const others = sequencerIds.filter((other) => other !== id);
    const sequencer = new Sequencer({
      id,
      pid: 1,
      nonce: this.#fresh(),
      address: addressOf(id),
      ranksAbove: others.filter((other) => other > id).length,
      mayFound: true,
      managers: managerAddresses,
      limits,
      sha256,
      seed: this.#chance.u32(),
      ...(this.#mutant === undefined ? {} : { mutant: this.#mutant }),
    });
    const aheadMs = this.#chance.between(0, 50);
    const process = { sequencer, inbox: [], wakeAt: Number.POSITIVE_INFINITY, pausedUntil: 0, aheadMs };
    this.#processes.set(addressOf(id), process);
    this.#input(addressOf(id), { kind: "businessDate", date: "2023-05-12" });
  }

  #fresh(): string {
    return (++this.#lives).toString(16).padStart(32, "0");
  }

  #fault(): void {
    const id = this.#chance.between(1, 2);
    const process = this.#processes.get(addressOf(id)) as Process;
    switch (this.#chance.between(0, 6)) {
      case 0:
        return this.#start(id);
      case 1:
        process.pausedUntil = this.#now + this.#chance.between(50, 600);
        return;
      case 2:
        process.aheadMs += this.#chance.between(0, 500);
        return;
      case 3:
        this.#lossPercent = this.#chance.between(0, 40);
        return;
      case 4:
        this.#cuts.clear();
        return;
      case 5:
        return this.#loseDisk(this.#chance.between(1, 4) as Slot);
      default:
        return this.#part();
    }
  }

  /** One disk at a time: the next one only when the last is a member again and has the whole log. */
  #loseDisk(slot: Slot): void {
    const lost = this.#lostDisk === undefined ? undefined : this.#managers[this.#lostDisk];
    const isBack = lost === undefined || lost.adoption?.members[lost.slot - 1] === lost.incarnation;
    if (!isBack || (lost !== undefined && lost.log.length < this.#answeredLast)) return;
    this.#lostDisk = slot;
    const incarnation = this.#mutant === "amnesiacVotes" ? this.#managers[slot].incarnation : this.#fresh();
    (this.#managers as Record<Slot, ModelledManager>)[slot] = new ModelledManager(slot, incarnation, this);
  }

  /** Cuts the ways between two groups, both ways or one. */
  #part(): void {
    const all = [...Object.values(managerAddresses), ...sequencerIds.map(addressOf)];
    const here = new Set(all.filter(() => this.#chance.happens(0.5)));
    const isOneWay = this.#chance.happens(0.3);
    for (const from of all) {
      for (const to of all) {
        if (here.has(from) !== here.has(to) && (here.has(from) || !isOneWay)) this.#cuts.add(`${from} ${to}`);
      }
    }
  }

  #request(): void {
    const message = changeOf(
      `${this.#requests < 5 || this.#chance.happens(0.7) ? this.#requests++ : this.#chance.between(0, this.#requests - 1)}`,
    );
    for (const id of sequencerIds) this.#carry("frontend:1", addressOf(id), message);
  }

  #step(): void {
    this.#now++;
    for (const arrive of this.#underWay.get(this.#now) ?? []) arrive();
    this.#underWay.delete(this.#now);
    for (const [address, process] of this.#processes) {
      if (this.#now < process.pausedUntil) continue;
      if (this.#now + process.aheadMs >= process.wakeAt) {
        process.wakeAt = Number.POSITIVE_INFINITY;
        this.#input(address, { kind: "wake" });
      }
      const messages = process.inbox.splice(0);
      if (messages.length > 0) this.#input(address, { kind: "messages", messages });
    }
  }

  #input(address: string, input: SequencerInput): void {
    const process = this.#processes.get(address) as Process;
    for (const effect of process.sequencer.step(this.#now + process.aheadMs, input)) this.#perform(address, effect);
  }

  #perform(from: string, effect: SequencerEffect): void {
    if (effect.kind === "wake") (this.#processes.get(from) as Process).wakeAt = effect.at;
    if (effect.kind === "note" && effect.text.endsWith("is admitted")) this.#admitted++;
    if (effect.kind !== "send") return;
    const { to, message } = effect;
    this.#watch(message);
    for (const one of this.#placesOf(from, to)) this.#carry(from, one, message);
  }

  #placesOf(from: string, to: Destination): readonly string[] {
    if (to === "managers") return Object.values(managerAddresses);
    return to === "sequencers" ? sequencerIds.map(addressOf).filter((address) => address !== from) : [to];
  }

  /** What a sequencer says once must not be said otherwise in the same epoch. */
  #watch(message: Message): void {
    if (message.kind === "start") {
      const { epoch, base, baseDigest, members } = message;
      this.#fact(`the start of ${epoch.number} ${epoch.nonce}`, JSON.stringify([base, baseDigest, members]));
    } else if (message.kind === "order") {
      const { epoch, first, historyDigest, requests } = message;
      const n = first + requests.length - 1;
      this.#fact(`the order ${n} of ${epoch.number} ${epoch.nonce}`, historyDigest);
    } else if (message.kind === "heartbeat") {
      this.#fact(`the leader of epoch ${message.epoch.number}`, message.epoch.nonce);
    }
  }

  #fact(what: string, value: string): void {
    const before = this.#facts.get(what) ?? value;
    if (before !== value) throw new Broken(`${what} was ${before} and is ${value}`);
    this.#facts.set(what, value);
  }

  #carry(from: string, to: string, message: Message): void {
    if (this.#cuts.has(`${from} ${to}`) || this.#chance.between(0, 99) < this.#lossPercent) return;
    // Some arrive twice, and some of those so late that much has changed.
    const copies = this.#chance.happens(0.05) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const at = this.#now + this.#chance.between(1, copy === 0 ? 5 : 300);
      this.#underWay.set(at, [...(this.#underWay.get(at) ?? []), () => this.#arrive(from, to, message)]);
    }
  }

  #arrive(from: string, to: string, message: Message): void {
    const manager = slots.map((slot) => this.#managers[slot]).find(({ slot }) => managerAddresses[slot] === to);
    if (manager === undefined) this.#processes.get(to)?.inbox.push({ from, message });
    else manager.take(this.#now, from, message);
  }
}
