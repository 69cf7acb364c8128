import { unreachable } from "../protocol/assert.ts";
import { type BusinessDate, type Epoch, type Incarnation, type InstantMs, isSameEpoch } from "../protocol/ids.ts";
import type { MessageOf, Received } from "../protocol/message.ts";
import type { Request } from "../protocol/request.ts";
import type { Role } from "../protocol/role.ts";
import { Campaign, type CampaignPlan, type Term } from "./campaign.ts";
import type { SequencerConfig } from "./config.ts";
import type { Emit, SequencerEffect, SequencerInput } from "./effect.ts";
import { Leadership } from "./leadership.ts";
import type { Swap } from "./log-choice.ts";
import type { Moment } from "./numbering.ts";
import { Patience } from "./patience.ts";
import { statusOf } from "./status.ts";
import { Strangers } from "./strangers.ts";

/** What a sequencer is at the moment. */
type Standing =
  | { readonly kind: "standby"; readonly campaignAt: InstantMs }
  | { readonly kind: "electing"; readonly campaign: Campaign }
  | { readonly kind: "active"; readonly leadership: Leadership };

/**
 * Gets itself elected when no other sequencer is heard, and numbers requests while it leads. It keeps nothing on disk:
 * what counts is what the managers have promised and stored. What it learns of a later epoch ends its own for good.
 */
export class Sequencer implements Role<SequencerInput, SequencerEffect> {
  readonly #config: SequencerConfig;
  readonly #patience: Patience;
  readonly #strangers: Strangers;
  #standing: Standing = { kind: "standby", campaignAt: Number.POSITIVE_INFINITY };
  /** The highest number of an epoch seen anywhere. */
  #highest = 0;
  /** The highest number of an epoch that was active. */
  #highestActive = 0;
  /** What this process led last: of an epoch that has ended only the name counts. */
  #led: Leadership | null = null;
  /** The last sign of life of another sequencer. */
  #heard: MessageOf<"heartbeat"> | null = null;
  #members: readonly Incarnation[] = [];
  #time: InstantMs = 0;
  #businessDate: BusinessDate = "";
  /** When the driver comes back by itself. */
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;
  #isUnfoundedNoted = false;
  #busy = 0;
  #dropped = { badMac: 0, malformed: 0 };

  constructor(config: SequencerConfig) {
    this.#config = config;
    this.#patience = new Patience(config);
    this.#strangers = new Strangers(config.limits.admitAfterMs);
  }

  step(now: InstantMs, input: SequencerInput): readonly SequencerEffect[] {
    const effects: SequencerEffect[] = [];
    const emit: Emit = (effect) => effects.push(effect);
    this.#time = Math.max(this.#time, now);
    switch (input.kind) {
      case "messages":
        this.#onMessages(now, input.messages, emit);
        break;
      case "businessDate":
        this.#onDate(now, input.date);
        break;
      case "resign":
        this.#resign(emit);
        break;
      case "ranks":
        this.#patience.rank(input.above);
        break;
      case "dropped":
        this.#dropped = { badMac: input.badMac, malformed: input.malformed };
        break;
      case "wake":
        this.#wakeAt = Number.POSITIVE_INFINITY;
        break;
      default:
        unreachable(input);
    }
    this.#poll(now, emit);
    this.#askToBeWoken(now, emit);
    return effects;
  }

  #onMessages(now: InstantMs, messages: readonly Received[], emit: Emit): void {
    const requests: Request[] = [];
    for (const received of messages) {
      if (received.message.kind === "request") requests.push(received.message.request);
      else this.#onMessage(now, received, emit);
    }
    // One that does not lead says nothing: front ends ask every sequencer.
    if (this.#standing.kind !== "active") return;
    this.#busy += this.#standing.leadership.take(requests, this.#moment, emit);
  }

  #onMessage(now: InstantMs, { from, message }: Received, emit: Emit): void {
    switch (message.kind) {
      case "heartbeat":
        return this.#onHeartbeat(now, message, emit);
      case "prepare":
      case "start":
        return this.#onRival(now, message.epoch);
      case "superseded":
        return this.#learn(now, message.epoch, emit);
      case "resigned":
        return this.#onResigned(now, message.epoch);
      case "promise":
        return this.#onPromise(now, message, emit);
      case "adopted":
        return this.#onAdopted(now, message, emit);
      case "join":
      case "stored":
      case "replace":
      case "resend":
        return this.#onWordOfManager(now, message, emit);
      case "askStatus":
        return emit({ kind: "send", to: message.replyTo || from, message: this.#status(now) });
      default:
        // Not for a sequencer.
        return;
    }
  }

  #onHeartbeat(now: InstantMs, heartbeat: MessageOf<"heartbeat">, emit: Emit): void {
    // One that was superseded long ago and does not know it must not keep others from leading.
    if (heartbeat.epoch.number < this.#highestActive) return;
    this.#highestActive = heartbeat.epoch.number;
    this.#heard = heartbeat;
    this.#patience.hear(heartbeat.id);
    this.#learn(now, heartbeat.epoch, emit);
    this.#patience.reset();
    this.#giveWay(now);
  }

  /** The one that led says that it ends: nobody has to wait until it is missed. */
  #onResigned(now: InstantMs, epoch: Epoch): void {
    if (this.#standing.kind !== "standby" || epoch.number < this.#highestActive) return;
    this.#standing = { kind: "standby", campaignAt: this.#patience.afterResignation(now) };
  }

  /** Another one campaigns in earnest: it gets its time. */
  #onRival(now: InstantMs, epoch: Epoch): void {
    if (epoch.number < this.#highestActive || !this.#giveWay(now)) return;
    this.#highest = Math.max(this.#highest, epoch.number);
  }

  /** Waits for silence; returns false when this one leads or campaigns in earnest, which only a later epoch ends. */
  #giveWay(now: InstantMs): boolean {
    const standing = this.#standing;
    if (standing.kind === "active" || (standing.kind === "electing" && !standing.campaign.isTrial)) return false;
    this.#standing = { kind: "standby", campaignAt: this.#patience.afterSign(now) };
    return true;
  }

  #onPromise(now: InstantMs, promise: MessageOf<"promise">, emit: Emit): void {
    if (promise.promised !== null) this.#learn(now, promise.promised, emit);
    const standing = this.#standing;
    if (standing.kind === "electing") {
      standing.campaign.onPromise(now, promise, emit);
    } else if (standing.kind === "active") {
      const campaign = standing.leadership.onPromise(now, promise, emit);
      if (campaign !== undefined) this.#standing = { kind: "electing", campaign };
    }
  }

  #onAdopted(now: InstantMs, adopted: MessageOf<"adopted">, emit: Emit): void {
    this.#learn(now, adopted.epoch, emit);
    const standing = this.#standing;
    if (standing.kind === "active" && isSameEpoch(adopted.epoch, standing.leadership.term.epoch)) {
      standing.leadership.onAdopted(now, adopted);
    } else if (standing.kind === "electing") {
      standing.campaign.onAdopted(adopted);
      const term = standing.campaign.won;
      if (term !== undefined) this.#lead(now, standing.campaign, term, emit);
    }
  }

  #onWordOfManager(now: InstantMs, message: MessageOf<"join" | "stored" | "replace" | "resend">, emit: Emit): void {
    const epoch = epochOf(message);
    if (epoch !== null) this.#learn(now, epoch, emit);
    if (this.#standing.kind !== "active") return;
    const { leadership } = this.#standing;
    if (epoch !== null && !isSameEpoch(epoch, leadership.term.epoch)) return;
    if (message.kind === "stored") leadership.onStored(now, message);
    else if (message.kind === "join") leadership.onJoin(now, message, emit);
    else if (message.kind === "replace") leadership.onReplace(now, message, emit);
    else leadership.onResend(message, emit);
  }

  /** Takes note of an epoch that somebody knows of; one that is not earlier than the own one ends that. */
  #learn(now: InstantMs, epoch: Epoch, emit: Emit): void {
    this.#highest = Math.max(this.#highest, epoch.number);
    const own = this.#epoch;
    // An equal number counts too: a manager that promised it to another would stay out of the own one for ever.
    if (own === null || epoch.number < own.number || isSameEpoch(epoch, own)) return;
    if (this.#standing.kind === "electing" && this.#standing.campaign.isTrial) {
      this.#campaign(now);
    } else {
      const text = `epoch ${own.number} of sequencer ${this.#config.id} is superseded by epoch ${epoch.number}`;
      emit({ kind: "note", level: "info", text });
      this.#standing = { kind: "standby", campaignAt: this.#patience.afterSign(now) };
    }
  }

  #poll(now: InstantMs, emit: Emit): void {
    if (this.#standing.kind === "electing" && this.#standing.campaign.isOver(now)) this.#fail(now, emit);
    if (this.#standing.kind === "active" && this.#standing.leadership.isDeaf(now)) this.#giveUp(now, emit);
    if (this.#standing.kind === "standby" && now >= this.#campaignAt) this.#campaign(now);
    if (this.#standing.kind === "electing") this.#standing.campaign.poll(now, emit);
    else if (this.#standing.kind === "active") this.#standing.leadership.poll(now, this.#moment, emit);
  }

  #campaign(now: InstantMs): void {
    this.#standing = { kind: "electing", campaign: new Campaign(this.#config, this.#plan(null), now) };
  }

  /** The plan for the next epoch that this process may ask for. */
  #plan(swap: Swap | null): CampaignPlan {
    const isReused = this.#config.mutant === "reuseEpoch";
    if (!isReused) this.#highest++;
    return {
      epoch: isReused ? { number: 1, nonce: "0".repeat(32) } : { number: this.#highest, nonce: this.#config.nonce },
      follows: this.#led?.term.epoch ?? null,
      swap,
      stepMsMax: this.#patience.stepMsMax,
      overheard: this.#heard,
    };
  }

  #fail(now: InstantMs, emit: Emit): void {
    const standing = this.#standing;
    if (standing.kind !== "electing") return;
    const { isTrial, plan, hasOnlyNewManagers } = standing.campaign;
    if (isTrial && hasOnlyNewManagers) this.#noteUnfounded(emit);
    if (!isTrial) {
      this.#patience.lose();
      const text = `sequencer ${this.#config.id} did not get epoch ${plan.epoch.number} in time`;
      emit({ kind: "note", level: "warn", text });
    }
    // After a swap in vain nobody leads, and everybody still waits for this one.
    const campaignAt = plan.swap === null ? this.#patience.afterFailure(now) : now;
    this.#standing = { kind: "standby", campaignAt };
  }

  #noteUnfounded(emit: Emit): void {
    if (this.#isUnfoundedNoted) return;
    this.#isUnfoundedNoted = true;
    const text = "four managers without data: start a sequencer with --found if this is a new cluster";
    emit({ kind: "note", level: "error", text });
  }

  #giveUp(now: InstantMs, emit: Emit): void {
    const text = `sequencer ${this.#config.id} hears too few managers and leads no longer`;
    emit({ kind: "note", level: "warn", text });
    this.#patience.lose();
    this.#standing = { kind: "standby", campaignAt: this.#patience.afterFailure(this.#patience.afterSign(now)) };
  }

  /** Numbers nothing any more, and says so: managers promise the next epoch at once, and a standby asks for it. */
  #resign(emit: Emit): void {
    const epoch = this.#standing.kind === "active" ? this.#standing.leadership.term.epoch : null;
    this.#standing = { kind: "standby", campaignAt: Number.POSITIVE_INFINITY };
    if (epoch === null) return;
    emit({ kind: "note", level: "info", text: `sequencer ${this.#config.id} hands epoch ${epoch.number} over` });
    for (const to of ["managers", "sequencers"] as const)
      emit({ kind: "send", to, message: { kind: "resigned", epoch } });
  }

  #lead(now: InstantMs, campaign: Campaign, term: Term, emit: Emit): void {
    const { swap } = campaign.plan;
    const text = `sequencer ${this.#config.id} leads epoch ${term.epoch.number} behind number ${term.base}`;
    emit({ kind: "note", level: "info", text });
    if (swap !== null) {
      this.#strangers.forget(swap.slot);
      emit({ kind: "note", level: "info", text: `the new data of manager ${swap.slot} is admitted` });
    }
    this.#time = Math.max(this.#time, term.time);
    if (term.businessDate > this.#businessDate) this.#businessDate = term.businessDate;
    this.#members = term.members;
    this.#highestActive = term.epoch.number;
    this.#patience.reset();
    const planSwap = (next: Swap) => this.#plan(next);
    const from = { campaign, strangers: this.#strangers, before: this.#led, planSwap };
    this.#led = new Leadership(this.#config, term, from, now);
    this.#standing = { kind: "active", leadership: this.#led };
  }

  /** The first date also begins the wait for other sequencers: without one nothing can be numbered. */
  #onDate(now: InstantMs, date: BusinessDate): void {
    if (this.#businessDate === "") this.#giveWay(now);
    if (date > this.#businessDate) this.#businessDate = date;
  }

  #askToBeWoken(now: InstantMs, emit: Emit): void {
    const next = this.#deadline;
    if (next === Number.POSITIVE_INFINITY || (now < this.#wakeAt && this.#wakeAt <= next)) return;
    this.#wakeAt = Math.max(now + 1, next);
    emit({ kind: "wake", at: this.#wakeAt });
  }

  get #deadline(): InstantMs {
    if (this.#standing.kind === "standby") return this.#campaignAt;
    return this.#standing.kind === "electing" ? this.#standing.campaign.deadline : this.#standing.leadership.deadline;
  }

  get #campaignAt(): InstantMs {
    if (this.#standing.kind !== "standby" || this.#businessDate === "") return Number.POSITIVE_INFINITY;
    return this.#standing.campaignAt;
  }

  /** The epoch that it leads or asks for. */
  get #epoch(): Epoch | null {
    if (this.#standing.kind === "standby") return null;
    return this.#standing.kind === "active" ? this.#standing.leadership.term.epoch : this.#standing.campaign.plan.epoch;
  }

  get #moment(): Moment {
    return { time: this.#time, businessDate: this.#businessDate };
  }

  #status(now: InstantMs): MessageOf<"sequencerStatus"> {
    const view = {
      state: this.#standing.kind,
      epoch: this.#epoch ?? this.#heard?.epoch ?? this.#led?.term.epoch ?? null,
      leadership: this.#standing.kind === "active" ? this.#standing.leadership : null,
      heard: this.#heard,
      members: this.#members,
      strangers: this.#strangers,
      moment: this.#moment,
      dropped: { ...this.#dropped, busy: this.#busy },
    };
    return statusOf(this.#config, view, now);
  }
}

/** The epoch that a manager speaks of, if any. */
function epochOf(message: MessageOf<"join" | "stored" | "replace" | "resend">): Epoch | null {
  if (message.kind === "replace") return null;
  return message.kind === "join" ? message.heard : message.epoch;
}
