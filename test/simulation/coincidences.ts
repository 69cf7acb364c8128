import { isLaterEpoch } from "../../protocol/epoch.ts";
import { type Address, type Epoch, slots } from "../../protocol/ids.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Message } from "../../protocol/message.ts";
import { managerAddress, sequencerAddress } from "./addresses.ts";

/** What is too rare to be sure of: it has to happen to the one that leads, or at the same time as something else. */
export const coincidences = [
  /** The sequencer that leads ends. */
  "leaderCrashes",
  /** The sequencer that leads stands still. */
  "leaderPauses",
  /** A sequencer that leads gives up because it hears fewer than two managers, while two hear it. */
  "leaderIsDeaf",
  /** A sequencer orders in its epoch while another one leads a later one. */
  "twoLead",
  /** An epoch is asked for while a manager is not through with its rollback for an earlier one. */
  "electionInRollback",
  /** A part of a snapshot is sent while an epoch is asked for. */
  "snapshotInElection",
  /** An epoch that admits new data is asked for while another sequencer asks for one that does not. */
  "swapInFailover",
  /** Another sequencer takes over before the epoch that admits new data is active. */
  "failoverInSwap",
] as const;

/** What is too rare to be sure of. */
export type Coincidence = (typeof coincidences)[number];

interface Process {
  readonly isEnded: boolean;
  readonly isPaused: boolean;
}

/** A sequencer as it is seen outside; each of its lives is another process. */
export interface SeenSequencer {
  readonly id: number;
  readonly process: Process;
}

interface Lead {
  readonly epoch: Epoch;
  readonly process: Process;
  /** When it last spoke as the leader of this epoch. */
  readonly at: number;
}

/** An epoch that is asked for in earnest, and of which nobody has spoken as its leader yet. */
interface Election {
  readonly epoch: Epoch;
  readonly process: Process;
  /** Managers that were asked in the first round. */
  readonly asked: Set<Address>;
  /** Whether it admits new data; unknown until its first round is over. */
  isSwap: boolean | undefined;
  sentAt: number;
}

/** A manager has rolled its log back, and is through with it when that is durable and its next replica has caught up. */
interface Rollback {
  /** The epoch that it was for. */
  readonly epoch: Epoch;
  isStored: boolean;
  /** Lines that the replica owes; unknown until it is given the first. */
  owed: number | undefined;
}

interface Input {
  readonly kind: string;
  readonly lines?: readonly string[];
  readonly messages?: readonly { readonly from: Address }[];
}

interface Step {
  readonly kind: string;
  readonly message?: { readonly kind: string };
  readonly records?: readonly { readonly kind: string; readonly epoch?: Epoch }[];
}

/** Counts what came together in a run, from what is seen outside: it asks nobody anything and draws nothing. */
export class Coincidences {
  readonly counts = Object.fromEntries(coincidences.map((name) => [name, 0])) as Record<Coincidence, number>;
  readonly #clock: { readonly now: number };
  readonly #sequencers: ReadonlyMap<Address, SeenSequencer>;
  /** A candidate asks again at that pace: one that is not heard for three times as long asks no longer. */
  readonly #electionMs: number;
  readonly #heartbeatMs: number;
  readonly #seen = new Set<string>();
  /** When a process took in what another one said: by the name of the one and the address of the other. */
  readonly #heardAt = new Map<string, number>();
  readonly #deafMs: number;
  readonly #leads = new Map<Address, Lead>();
  /** By epoch. */
  readonly #elections = new Map<string, Election>();
  /** By name of the manager. */
  readonly #rollbacks = new Map<string, Rollback>();
  #newest: Lead | undefined;
  /** Whom the trial of a swap is reported to, by the id of the sequencer. */
  onSwapTrial: (id: number) => void = () => {};

  constructor(clock: { readonly now: number }, sequencers: readonly SeenSequencer[], limits: Limits) {
    this.#clock = clock;
    this.#sequencers = new Map(sequencers.map((sequencer) => [sequencerAddress(sequencer.id), sequencer]));
    this.#heartbeatMs = limits.heartbeatMs;
    // Its own clock may have jumped: then it only believes that it heard nothing for so long.
    this.#deafMs = limits.admitAfterMs >> 1;
    this.#electionMs = 3 * limits.electionRetryMs;
  }

  /** A process sends a message to one other. */
  onSend(from: Address, to: Address, message: Message): void {
    if (message.kind === "snapshot") return this.#onSnapshot();
    const sequencer = this.#sequencers.get(from);
    if (sequencer === undefined) return;
    const { process } = sequencer;
    if (message.kind === "heartbeat" || message.kind === "order" || message.kind === "read") {
      this.#onLead(from, { epoch: message.epoch, process, at: this.#clock.now });
    } else if ((message.kind === "prepare" && !message.isTrial) || message.kind === "start") {
      this.#onCandidate(to, message.epoch, process);
    } else if (message.kind === "prepare" && this.#isLeading(this.#leads.get(from))) {
      this.onSwapTrial(sequencer.id);
    }
  }

  /** A process took a step; `name` is `m` and the slot for a manager. */
  onStep(name: string, input: Input, effects: readonly Step[]): void {
    this.#watchLeader();
    for (const { from } of input.messages ?? []) this.#heardAt.set(`${name} ${from}`, this.#clock.now);
    this.#onWork(name, input, effects);
    if (!effects.some(({ kind }) => kind === "endReplica")) return;
    const records = effects.flatMap((effect) => effect.records ?? []);
    const adoption = records.find(({ kind }) => kind === "adoption");
    if (adoption?.epoch === undefined || !records.some(({ kind }) => kind === "rollback")) return;
    this.#rollbacks.set(name, { epoch: adoption.epoch, isStored: false, owed: undefined });
    for (const election of this.#elections.values()) if (this.#isOpen(election)) this.#compareRollbacks(election);
  }

  /** A process says something to people; `name` is `s` and the id for a sequencer. */
  onNote(name: string, text: string): void {
    if (!text.includes("leads no longer")) return;
    const own = sequencerAddress(Number(name.slice(1)));
    const heard = slots.filter((slot) => this.#silenceMs(name, managerAddress(slot)) < this.#deafMs);
    const hearers = slots.filter((slot) => this.#silenceMs(`m${slot}`, own) <= 2 * this.#heartbeatMs);
    if (heard.length < 2 && hearers.length >= 2) this.counts.leaderIsDeaf++;
  }

  #silenceMs(name: string, from: Address): number {
    return this.#clock.now - (this.#heardAt.get(`${name} ${from}`) ?? 0);
  }

  #onLead(from: Address, lead: Lead): void {
    this.#leads.set(from, lead);
    for (const other of this.#leads.values()) {
      if (this.#isLeading(other) && isLaterEpoch(other.epoch, lead.epoch)) this.#count("twoLead", keyOf(lead.epoch));
    }
    if (this.#newest !== undefined && !isLaterEpoch(lead.epoch, this.#newest.epoch)) return;
    this.#newest = lead;
    for (const [key, { epoch }] of this.#elections) if (!isLaterEpoch(epoch, lead.epoch)) this.#elections.delete(key);
  }

  /** True for one that lives and spoke as a leader a heartbeat or two ago. */
  #isLeading(lead: Lead | undefined): boolean {
    return lead !== undefined && !lead.process.isEnded && this.#clock.now - lead.at <= 2 * this.#heartbeatMs;
  }

  #watchLeader(): void {
    if (this.#newest === undefined) return;
    const { epoch, process } = this.#newest;
    if (process.isEnded) this.#count("leaderCrashes", keyOf(epoch));
    else if (process.isPaused) this.#count("leaderPauses", keyOf(epoch));
  }

  #onCandidate(to: Address, epoch: Epoch, process: Process): void {
    if (this.#newest !== undefined && !isLaterEpoch(epoch, this.#newest.epoch)) return;
    const key = keyOf(epoch);
    const election = this.#elections.get(key) ?? {
      epoch,
      process,
      asked: new Set(),
      isSwap: undefined,
      sentAt: this.#clock.now,
    };
    this.#elections.set(key, election);
    election.sentAt = this.#clock.now;
    this.#compareRollbacks(election);
    if (election.isSwap !== undefined) return;
    if (!this.#sequencers.has(to)) {
      election.asked.add(to);
      return;
    }
    // The other sequencers are told last; the manager whose data is to be replaced is not asked.
    election.isSwap = election.asked.size < slots.length;
    for (const other of this.#elections.values()) this.#compareElections(election, other);
  }

  /** `later` begins; `earlier` may still be on. A swap whose sequencer has died stays begun until somebody leads. */
  #compareElections(later: Election, earlier: Election): void {
    if (later.process === earlier.process) return;
    if (later.isSwap === true && earlier.isSwap === false && this.#isOpen(earlier)) {
      this.#count("swapInFailover", keyOf(later.epoch));
    }
    if (later.isSwap === false && earlier.isSwap === true) this.#count("failoverInSwap", keyOf(later.epoch));
  }

  #compareRollbacks({ epoch }: Election): void {
    for (const [name, rollback] of this.#rollbacks) {
      if (isLaterEpoch(epoch, rollback.epoch)) this.#count("electionInRollback", `${name} ${keyOf(epoch)}`);
    }
  }

  #onWork(name: string, input: Input, effects: readonly Step[]): void {
    const rollback = this.#rollbacks.get(name);
    if (rollback === undefined) return;
    const given = effects.filter(({ kind }) => kind === "writeReplica").length;
    if (given > 0 || rollback.owed !== undefined) {
      rollback.owed = (rollback.owed ?? 0) + given - (input.lines?.length ?? 0);
    }
    rollback.isStored ||= effects.some(({ message }) => message?.kind === "adopted" || message?.kind === "stored");
    if (input.kind === "opened" || (rollback.isStored && rollback.owed === 0)) this.#rollbacks.delete(name);
  }

  #onSnapshot(): void {
    for (const [key, election] of this.#elections) if (this.#isOpen(election)) this.#count("snapshotInElection", key);
  }

  #isOpen({ process, sentAt }: Election): boolean {
    return !process.isEnded && this.#clock.now - sentAt <= this.#electionMs;
  }

  /** Counts one of a kind once. */
  #count(name: Coincidence, key: string): void {
    if (this.#seen.has(`${name} ${key}`)) return;
    this.#seen.add(`${name} ${key}`);
    this.counts[name]++;
  }
}

function keyOf({ number, nonce }: Epoch): string {
  return `${number}.${nonce}`;
}
