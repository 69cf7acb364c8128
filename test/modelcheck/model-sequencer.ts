import { sha256 } from "../../io/sha256.ts";
import { genesisDigest } from "../../protocol/history.ts";
import { type Digest, type Epoch, type Slot, slots } from "../../protocol/ids.ts";
import { defaultLimits } from "../../protocol/limits.ts";
import type { Message, MessageOf } from "../../protocol/message.ts";
import type { Request } from "../../protocol/request.ts";
import type { Term } from "../../sequencer/campaign.ts";
import type { SequencerEffect } from "../../sequencer/effect.ts";
import type { Sequencer } from "../../sequencer/sequencer.ts";
import type { Bounds } from "./bounds.ts";
import type { Chain } from "./chain.ts";
import { type Fact, keyOfFact } from "./facts.ts";
import { fingerprint } from "./fingerprint.ts";
import { incarnationOf, managerAddresses } from "./model-addresses.ts";
import type { OpenedCores } from "./opened-cores.ts";
import type { Living, LocalInput, Said } from "./process.ts";
import type { Stage } from "./stage.ts";

const neverMs = 1_000_000_000;
/** The time of the first day: log time never goes back, so it stays 0 while the clock is below that. */
const startMs = -neverMs;

/** A heartbeat follows each step; what waits takes one tick of a clock that moves only then; no draw has a choice. */
const limits = {
  ...defaultLimits,
  heartbeatMs: 0,
  sequencerSilenceMs: 1,
  rankDelayMs: 0,
  electionRetryMs: 1,
  electionMs: 1,
  electionDoublingsMax: 0,
  storedEveryMs: 1,
  admitAfterMs: neverMs,
};

/** What a sequencer shows when it is opened. */
interface Hidden {
  readonly hidden_standing:
    | { readonly kind: "standby" }
    | {
        readonly kind: "electing";
        readonly campaign: { readonly plan: { readonly epoch: Epoch }; readonly hidden_term: Term | undefined };
      }
    | {
        readonly kind: "active";
        readonly leadership: {
          readonly term: Term;
          readonly hidden_numbering: { readonly last: number; readonly committed: number };
        };
      };
  hidden_led: object | null;
}

const omitted = ["config", "chance", "sha256", "planSwap", "wakeAt", "ring", "adoptedBy", "strangers", "membership"];

/** A sequencer: the whole production core. */
export class ModelSequencer implements Living {
  readonly #place: number;
  readonly #bounds: Bounds;
  readonly #chain: Chain;
  readonly #core: Sequencer;
  readonly #facts = new Map<string, Fact>();
  #now = startMs;
  /** The end of the log that it leads. */
  #lastDigest: Digest = genesisDigest;
  #campaigns = 0;
  #requests = 0;

  /** `place` counts the sequencers from 0. */
  constructor(place: number, bounds: Bounds, chain: Chain, cores: OpenedCores) {
    this.#place = place;
    this.#bounds = bounds;
    this.#chain = chain;
    this.#core = new cores.Sequencer({
      id: place + 1,
      pid: place + 1,
      nonce: (place + 1).toString(16).padStart(32, "0"),
      address: `s${place + 1}`,
      ranksAbove: 0,
      mayFound: true,
      managers: managerAddresses,
      limits,
      sha256,
      seed: 1,
      ...(bounds.mutant === undefined ? {} : { mutant: bounds.mutant }),
    });
    this.#core.step(this.#now, { kind: "businessDate", date: "2026-01-01" });
  }

  get facts(): readonly Fact[] {
    return [...this.#facts.values()];
  }

  get claim(): undefined {
    return undefined;
  }

  get stage(): Stage {
    const standing = this.#hidden.hidden_standing;
    if (standing.kind === "standby") return { kind: "sequencer", step: "standby", epoch: null };
    if (standing.kind === "active") return { kind: "sequencer", step: "active", epoch: standing.leadership.term.epoch };
    const { hidden_term: term, plan } = standing.campaign;
    return { kind: "sequencer", step: term === undefined ? "prepare" : "start", epoch: plan.epoch };
  }

  get isSettled(): boolean {
    return this.#bounds.isEager && this.#hidden.hidden_standing.kind === "active";
  }

  get crashes(): number {
    return 0;
  }

  get choices(): readonly LocalInput[] {
    const { kind } = this.#hidden.hidden_standing;
    const mayAsk = this.#place > 0 && this.#campaigns < this.#bounds.campaignsMax;
    if (kind === "active") return this.#hasRequests ? [{ kind: "request" }] : [];
    if (!mayAsk) return [];
    return [kind === "standby" ? { kind: "campaign" } : { kind: "timeout" }];
  }

  take(input: LocalInput): readonly Said[] | undefined {
    const said: Said[] = [];
    const effects = [...this.#act(input)];
    while (this.isSettled && this.#hasRequests) effects.push(...this.#act({ kind: "request" }));
    for (const effect of effects) {
      if (effect.kind === "send" && this.#isTold(effect)) said.push(effect);
    }
    const standing = this.#hidden.hidden_standing;
    if (standing.kind === "electing" && standing.campaign.plan.epoch.number > this.#bounds.epochsMax) return undefined;
    this.#witness(said.map(({ message }) => message));
    return said;
  }

  fingerprint(): string {
    const { hidden_standing: standing, hidden_led: led } = this.#hidden;
    // Of what it led before only the name counts.
    const leads = standing.kind === "active";
    const skipped = [...omitted, ...(leads ? ["led"] : []), ...(this.#readsHeard ? [] : ["heard"])];
    const names = new Set([
      ...skipped.map((name) => `hidden_${name}`),
      "best",
      ...(this.#readsHeard ? [] : ["overheard"]),
    ]);
    const past = leads || led === null ? null : (led as { readonly term: Term }).term.epoch;
    if (!leads) names.add("hidden_led");
    if (this.#bounds.isEager) names.add("hidden_points");
    const model = { campaigns: this.#campaigns, requests: this.#requests, past };
    return fingerprint({ core: this.#core, ...model }, { omitted: names, now: this.#now });
  }

  describe(): string {
    const standing = this.#hidden.hidden_standing;
    if (standing.kind === "standby") return "standby";
    if (standing.kind === "electing") return `asks for epoch ${standing.campaign.plan.epoch.number}`;
    const { term, hidden_numbering: numbering } = standing.leadership;
    return `leads epoch ${term.epoch.number}: base ${term.base}, last ${numbering.last}, committed ${numbering.committed}`;
  }

  #act(input: LocalInput): readonly SequencerEffect[] {
    switch (input.kind) {
      case "deliver":
        return this.#deliver(input.message);
      case "campaign":
        return this.#campaign();
      case "timeout":
        return this.#core.step(++this.#now, { kind: "wake" });
      case "request":
        return this.#deliver({ kind: "request", request: requestOf(this.#place, ++this.#requests) });
      default:
        return [];
    }
  }

  #deliver(message: Message): readonly SequencerEffect[] {
    return this.#core.step(this.#now, { kind: "messages", messages: [{ from: "", message }] });
  }

  /** Asks for an epoch; its trial, which changes nothing anywhere, is granted at once by everybody. */
  #campaign(): readonly SequencerEffect[] {
    this.#campaigns++;
    this.#core.step(++this.#now, { kind: "wake" });
    const standing = this.#hidden.hidden_standing;
    if (standing.kind !== "electing") return [];
    const { epoch } = standing.campaign.plan;
    return slots.flatMap((slot) => this.#deliver(trialGrant(slot, epoch)));
  }

  #witness(said: readonly Message[]): void {
    for (const message of said) {
      if (message.kind === "start") {
        const { epoch, members, base, baseDigest } = message;
        this.#lastDigest = baseDigest;
        this.#add({ kind: "started", adoption: { epoch, members, base, baseDigest } });
      } else if (message.kind === "order") this.#witnessOrder(message);
      else if (message.kind === "heartbeat") this.#witnessCommit(message);
    }
  }

  #witnessOrder({ epoch, first, historyDigest: digest }: MessageOf<"order">): void {
    this.#chain.add({ n: first, historyDigest: digest }, this.#lastDigest);
    this.#lastDigest = digest;
    this.#add({ kind: "numbers", epoch, n: first, digest });
  }

  #witnessCommit({ epoch, historyDigest, commitPoint }: MessageOf<"heartbeat">): void {
    const digest = this.#chain.digestAt(historyDigest, commitPoint);
    if (digest !== undefined && commitPoint > 0) this.#add({ kind: "tells", epoch, n: commitPoint, digest });
  }

  #add(fact: Fact): void {
    this.#facts.set(keyOfFact(fact), fact);
  }

  #isTold({ to, message }: Said): boolean {
    if (message.kind === "prepare" && message.isTrial) return false;
    if (to === "sequencers") return !this.#bounds.isEager;
    return (
      message.kind === "prepare" || message.kind === "start" || message.kind === "order" || message.kind === "heartbeat"
    );
  }

  get #hasRequests(): boolean {
    return this.#requests < (this.#bounds.requestsMax[this.#place] ?? 0);
  }

  get #readsHeard(): boolean {
    return this.#bounds.mutant === "goOnWithoutLog";
  }

  get #hidden(): Hidden {
    return this.#core as unknown as Hidden;
  }
}

/** What a manager says to a candidate of the first or a later epoch that only tries. */
function trialGrant(slot: Slot, epoch: Epoch): MessageOf<"promise"> {
  return {
    kind: "promise",
    slot,
    incarnation: incarnationOf(slot),
    epoch,
    isTrial: true,
    isGranted: true,
    promised: null,
    adoption: null,
    last: 0,
    historyDigest: genesisDigest,
    time: 0,
    businessDate: "",
  };
}

function requestOf(place: number, count: number): Request {
  const command = { kind: "operation", operation: "addMovieSlots", args: "{}" } as const;
  return { requestId: `r${place + 1}${count}`, caller: "c", issuedAt: 0, replyTo: "", command };
}
