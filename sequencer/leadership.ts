import type { InstantMs, Sequence } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { Request } from "../protocol/request.ts";
import { Campaign, type CampaignPlan, type Term } from "./campaign.ts";
import type { SequencerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import type { Swap } from "./log-choice.ts";
import { Membership } from "./membership.ts";
import { type Moment, Numbering } from "./numbering.ts";
import type { Strangers } from "./strangers.ts";

/** What a new leadership is made from. */
export interface LeadershipParts {
  /** The campaign that won the epoch. */
  readonly campaign: Campaign;
  readonly strangers: Strangers;
  /** What this process led before: only a mutant looks at it. */
  readonly before: Leadership | null;
  /** Plans the campaign for a swap. */
  readonly planSwap: (swap: Swap) => CampaignPlan;
}

/**
 * An active epoch: numbers requests, gives signs of life, lets members in, and tries to put a stranger in the place of
 * a member whose data is lost. It goes on numbering until those who stay would promise the next epoch.
 */
export class Leadership {
  readonly term: Term;
  readonly #config: SequencerConfig;
  readonly #planSwap: LeadershipParts["planSwap"];
  readonly #numbering: Numbering;
  readonly #membership: Membership;
  #trial: Campaign | null = null;
  /** Not at once: an epoch that began with a failed swap shall get something done. */
  #trialAt: InstantMs;
  #isTrialNoted = false;
  #beatAt: InstantMs;

  constructor(config: SequencerConfig, term: Term, from: LeadershipParts, now: InstantMs) {
    this.#config = config;
    this.term = term;
    this.#planSwap = from.planSwap;
    this.#numbering = new Numbering(
      config,
      term,
      from.campaign.adopted,
      from.before === null ? null : from.before.#numbering,
    );
    this.#membership = new Membership(config, term, from.campaign.adopted, from.strangers, now);
    this.#trialAt = now + config.limits.electionMs;
    this.#beatAt = now;
  }

  get last(): Sequence {
    return this.#numbering.last;
  }

  get committed(): Sequence {
    return this.#numbering.committed;
  }

  /** How far each manager has stored, by slot. */
  get stored(): readonly Sequence[] {
    return this.#numbering.stored;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#trial === null ? this.#beatAt : Math.min(this.#beatAt, this.#trial.deadline);
  }

  /** True when too few members are heard for this epoch to get anything done. */
  isDeaf(now: InstantMs): boolean {
    return this.#membership.isDeaf(now);
  }

  /** Numbers the changes and stamps the reads of one turn; returns how many it had no room for. */
  take(requests: readonly Request[], moment: Moment, emit: Emit): number {
    return this.#numbering.take(requests, moment, emit);
  }

  onStored(now: InstantMs, stored: MessageOf<"stored">): void {
    const slot = this.#membership.hear(now, stored);
    if (slot === undefined) return;
    this.#membership.onAdopted(slot);
    this.#numbering.onStored(slot, stored.durable);
  }

  onAdopted(now: InstantMs, adopted: MessageOf<"adopted">): void {
    const slot = this.#membership.hear(now, adopted);
    if (slot === undefined) return;
    this.#membership.onAdopted(slot);
    this.#numbering.onStored(slot, this.term.base);
  }

  onJoin(now: InstantMs, join: MessageOf<"join">, emit: Emit): void {
    this.#membership.onJoin(now, join, emit);
  }

  onReplace(now: InstantMs, replace: MessageOf<"replace">, emit: Emit): void {
    this.#membership.onReplace(now, replace.slot, emit);
  }

  onResend(resend: MessageOf<"resend">, emit: Emit): void {
    this.#numbering.onResend(resend, emit);
  }

  /** Takes the answer to a trial; returns the campaign that ends this epoch, once all who stay would promise it. */
  onPromise(now: InstantMs, promise: MessageOf<"promise">, emit: Emit): Campaign | undefined {
    this.#membership.hear(now, promise);
    this.#trial?.onPromise(now, promise, emit);
    return this.#trial?.isTrial === false ? this.#trial : undefined;
  }

  /** Gives the sign of life and drives the trial of a swap, each when it is time to. */
  poll(now: InstantMs, moment: Moment, emit: Emit): void {
    this.#beat(now, moment, emit);
    if (this.#trial?.isOver(now)) this.#endTrial(now, emit);
    if (this.#trial === null && now >= this.#trialAt) this.#tryToSwap(now);
    this.#trial?.poll(now, emit);
  }

  /** At a fixed pace and not only when nothing is ordered: the other sequencers hear no orders. */
  #beat(now: InstantMs, moment: Moment, emit: Emit): void {
    if (now < this.#beatAt) return;
    this.#beatAt = now + this.#config.limits.heartbeatMs;
    const message = this.#numbering.heartbeat(moment);
    for (const to of ["managers", "sequencers"] as const) emit({ kind: "send", to, message });
  }

  #tryToSwap(now: InstantMs): void {
    const swap = this.#membership.swapDue(now);
    if (swap !== undefined) this.#trial = new Campaign(this.#config, this.#planSwap(swap), now);
  }

  #endTrial(now: InstantMs, emit: Emit): void {
    const slot = this.#trial?.plan.swap?.slot;
    this.#trial = null;
    this.#trialAt = now + this.#config.limits.electionMs;
    if (this.#isTrialNoted) return;
    this.#isTrialNoted = true;
    const text = `manager ${slot} cannot be admitted yet: all three others have to be reachable`;
    emit({ kind: "note", level: "warn", text });
  }
}
