import {
  type BusinessDate,
  type Digest,
  type Epoch,
  type Incarnation,
  type InstantMs,
  isSameEpoch,
  isSlot,
  type Sequence,
  type Slot,
  slots,
} from "../protocol/ids.ts";
import type { Message, MessageOf } from "../protocol/message.ts";
import type { SequencerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { adoptionsNeeded, isMember } from "./electorate.ts";
import { areAllNew, chooseLog, chooseSwapLog, type LogChoice, type Swap } from "./log-choice.ts";

/** What a campaign is for. */
export interface CampaignPlan {
  readonly epoch: Epoch;
  /** The epoch that this process led last: whoever hears that one alive hears the candidate itself. */
  readonly follows: Epoch | null;
  /** `null` for a failover, which changes no configuration. */
  readonly swap: Swap | null;
  /** Milliseconds for the promises, and then for the adoptions. */
  readonly stepMsMax: number;
  /** What the last heartbeat of another sequencer said; only the mutant that goes on without a log looks at it. */
  readonly overheard: Pick<MessageOf<"heartbeat">, "last" | "historyDigest"> | null;
}

/** An epoch that was won: who is in it, and the log that it starts behind. */
export interface Term {
  readonly epoch: Epoch;
  readonly members: readonly Incarnation[];
  readonly base: Sequence;
  readonly baseDigest: Digest;
  /** Log time and business date at the base. */
  readonly time: InstantMs;
  readonly businessDate: BusinessDate;
  /** The slot whose log goes on. */
  readonly best: Slot;
}

/**
 * One attempt to lead one epoch: a trial that changes nothing, then promises, then the start of the epoch behind the
 * best log. Each question is asked again until it is answered. From the first real question on, the other sequencers
 * hear of it, so that they wait for its end.
 */
export class Campaign {
  readonly plan: CampaignPlan;
  readonly #config: SequencerConfig;
  #step: "trial" | "prepare" | "start" = "trial";
  /** The grants of the step under way, the last of each slot. */
  #granted = new Map<Slot, MessageOf<"promise">>();
  readonly #adopted = new Set<Slot>();
  #term: Term | undefined;
  #sendAt: InstantMs;
  #endsAt: InstantMs;

  constructor(config: SequencerConfig, plan: CampaignPlan, now: InstantMs) {
    this.#config = config;
    this.plan = plan;
    this.#sendAt = now;
    this.#endsAt = now + config.limits.electionMs;
  }

  /** True while nobody was asked to store anything. */
  get isTrial(): boolean {
    return this.#step === "trial";
  }

  /** The epoch, once enough managers have adopted it. */
  get won(): Term | undefined {
    return this.#adopted.size >= adoptionsNeeded(this.#config.mutant) ? this.#term : undefined;
  }

  /** Slots that have adopted the epoch. */
  get adopted(): readonly Slot[] {
    return [...this.#adopted];
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return Math.min(this.#sendAt, this.#endsAt);
  }

  /** True when the step under way has taken too long. */
  isOver(now: InstantMs): boolean {
    return now >= this.#endsAt;
  }

  /** True when there are four managers and no cluster that they belong to. */
  get hasOnlyNewManagers(): boolean {
    return areAllNew([...this.#granted.values()]);
  }

  /** Asks those that have not answered, when it is time to. */
  poll(now: InstantMs, emit: Emit): void {
    if (now < this.#sendAt) return;
    this.#sendAt = now + this.#config.limits.electionRetryMs;
    const message =
      this.#term === undefined ? this.#prepare() : startMessage(this.#config, this.#term, this.#term.best);
    for (const slot of slots)
      if (this.#isAwaited(slot)) emit({ kind: "send", to: this.#config.managers[slot], message });
    if (this.#step === "trial") return;
    emit({ kind: "send", to: "sequencers", message });
  }

  /** Takes the word of a manager; what it says of later epochs is looked at elsewhere. */
  onPromise(now: InstantMs, promise: MessageOf<"promise">, emit: Emit): void {
    if (this.#step === "start" || !promise.isGranted || promise.isTrial !== this.isTrial) return;
    if (!isSlot(promise.slot) || !isSameEpoch(promise.epoch, this.plan.epoch)) return;
    this.#granted.set(promise.slot, promise);
    const choice = this.#choose();
    if (choice === undefined) return;
    if (this.#step === "trial") this.#step = "prepare";
    else this.#begin(choice);
    this.#granted = new Map();
    this.#sendAt = now;
    this.#endsAt = now + this.plan.stepMsMax;
    this.poll(now, emit);
  }

  /** Takes note of a manager that has adopted the epoch. */
  onAdopted(adopted: MessageOf<"adopted">): void {
    if (this.#term === undefined || !isSlot(adopted.slot) || !isSameEpoch(adopted.epoch, this.plan.epoch)) return;
    if (isMember(this.#term.members, adopted, this.#config.mutant)) this.#adopted.add(adopted.slot);
  }

  #choose(): LogChoice | undefined {
    const { mutant } = this.#config;
    const promises = [...this.#granted.values()];
    return this.plan.swap === null
      ? chooseLog(promises, this.#config)
      : chooseSwapLog(promises, this.plan.swap, mutant);
  }

  #begin({ members, best, time, businessDate }: LogChoice): void {
    const { overheard, epoch } = this.plan;
    const log = this.#config.mutant === "goOnWithoutLog" && overheard !== null ? overheard : best;
    const base = { base: log.last, baseDigest: log.historyDigest };
    this.#step = "start";
    this.#term = { epoch, members, ...base, time, businessDate, best: best.slot as Slot };
  }

  #isAwaited(slot: Slot): boolean {
    if (this.#step === "start") return !this.#adopted.has(slot);
    return !this.#granted.has(slot) && slot !== this.plan.swap?.slot;
  }

  #prepare(): Message {
    const { epoch, follows } = this.plan;
    return { kind: "prepare", epoch, isTrial: this.isTrial, follows, replyTo: this.#config.address };
  }
}

/** Asks a manager to take an epoch over; it gets what it lacks from the manager in the slot `source`. */
export function startMessage(config: SequencerConfig, term: Term, source: Slot): MessageOf<"start"> {
  const { epoch, members, base, baseDigest } = term;
  const from = { source: config.managers[source], replyTo: config.address };
  return { kind: "start", epoch, members, base, baseDigest, ...from };
}
