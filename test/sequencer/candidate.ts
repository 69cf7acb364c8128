import { sha256 } from "../../io/sha256.ts";
import { genesisDigest } from "../../protocol/history.ts";
import type { Address, Epoch, InstantMs, Slot } from "../../protocol/ids.ts";
import { slots } from "../../protocol/ids.ts";
import { defaultLimits, type Limits } from "../../protocol/limits.ts";
import type { Message, MessageKind, MessageOf } from "../../protocol/message.ts";
import type { SequencerConfig } from "../../sequencer/config.ts";
import type { SequencerEffect, SequencerInput } from "../../sequencer/effect.ts";
import { Sequencer } from "../../sequencer/sequencer.ts";

const ownAddress: Address = "sequencer:1";
const startMs = 1_683_892_800_000;

/** Where the other sequencer of these tests is reached. */
export const rivalAddress: Address = "rival:1";

/** Where the managers of these tests are reached, by slot. */
export const managerAddresses = { 1: "manager:1", 2: "manager:2", 3: "manager:3", 4: "manager:4" } as const;

/** The data of a manager; another letter is other data. */
export function incarnationOf(slot: number, letter = "a"): string {
  return `${slot}${letter}`.repeat(16);
}

/** The incarnations that the tests begin with, by slot. */
export const firstMembers = slots.map((slot) => incarnationOf(slot));

/** An epoch of some other process. */
export function otherEpoch(number: number): Epoch {
  return { number, nonce: "ee".repeat(16) };
}

/** One sequencer under test: what it is told, and what it says to that. */
export class Candidate {
  readonly nonce: string;
  readonly limits: Limits;
  readonly #sequencer: Sequencer;
  #now: InstantMs = startMs;
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;

  constructor(given: Partial<Omit<SequencerConfig, "limits">> & { readonly limits?: Partial<Limits> } = {}) {
    this.limits = { ...defaultLimits, ...given.limits };
    this.nonce = given.nonce ?? "ab".repeat(16);
    this.#sequencer = new Sequencer({
      id: 2,
      pid: 1,
      address: ownAddress,
      ranksAbove: 0,
      mayFound: true,
      managers: managerAddresses,
      sha256,
      seed: 1,
      ...given,
      nonce: this.nonce,
      limits: this.limits,
    });
  }

  get now(): InstantMs {
    return this.#now;
  }

  /** Hands messages over and returns what it does. */
  tell(...messages: readonly Message[]): readonly SequencerEffect[] {
    const received = messages.map((message) => ({ from: "somebody:1", message }));
    return this.input({ kind: "messages", messages: received });
  }

  input(input: SequencerInput): readonly SequencerEffect[] {
    if (input.kind === "wake") this.#wakeAt = Number.POSITIVE_INFINITY;
    const effects = this.#sequencer.step(this.#now, input);
    for (const effect of effects) if (effect.kind === "wake") this.#wakeAt = effect.at;
    return effects;
  }

  /** Lets time pass, waking it whenever it asked for that, and returns all that it does. */
  pass(ms: number): readonly SequencerEffect[] {
    const until = this.#now + ms;
    const effects: SequencerEffect[] = [];
    while (this.#wakeAt <= until) {
      this.#now = Math.max(this.#now, this.#wakeAt);
      effects.push(...this.input({ kind: "wake" }));
    }
    this.#now = until;
    return effects;
  }

  /** Lets time pass in steps of a millisecond until it says something of that kind; returns what it does then. */
  passUntil(kind: MessageKind, msMax = 20_000): readonly SequencerEffect[] {
    for (let ms = 0; ms < msMax; ms++) {
      const effects = this.pass(1);
      if (sent(effects, kind).length > 0) return effects;
    }
    throw new Error(`it never said ${kind}`);
  }

  /** Tells it the business date and lets it ask for its first epoch; returns that. */
  campaign(): Epoch {
    this.input({ kind: "businessDate", date: "2023-05-12" });
    return this.asked();
  }

  /** Waits for its next question whether an epoch would be promised, and returns the epoch. */
  asked(): Epoch {
    return sent(this.passUntil("prepare"), "prepare")[0]!.message.epoch;
  }

  /** Has all four grant the trial and the promise, and three adopt it; returns what it does when it leads. */
  win(epoch: Epoch, given: Partial<MessageOf<"promise">> = {}, members = firstMembers): readonly SequencerEffect[] {
    this.grant(epoch, { isTrial: true, ...given }, members);
    this.grant(epoch, given, members);
    return this.tell(...slots.slice(0, 3).map((slot) => adoptedBy(slot, epoch, members)));
  }

  /** Has all four grant a trial or a promise, one after the other. */
  grant(epoch: Epoch, given: Partial<MessageOf<"promise">> = {}, members = firstMembers): readonly SequencerEffect[] {
    return slots.flatMap((slot) => this.tell(promiseOf(slot, epoch, { incarnation: members[slot - 1]!, ...given })));
  }

  /** Campaigns and wins; returns the epoch that it leads. */
  lead(): Epoch {
    const epoch = this.campaign();
    this.win(epoch);
    return epoch;
  }

  /** How it is by its own word. */
  get status(): MessageOf<"sequencerStatus"> {
    return sent(this.tell({ kind: "askStatus", replyTo: "asker:1" }), "sequencerStatus")[0]!.message;
  }
}

/** What was sent of one kind, and to whom. */
export function sent<Kind extends MessageKind>(
  effects: readonly SequencerEffect[],
  kind: Kind,
): readonly { readonly to: Address; readonly message: MessageOf<Kind> }[] {
  return effects.flatMap((effect) =>
    effect.kind === "send" && effect.message.kind === kind
      ? [{ to: effect.to, message: effect.message as MessageOf<Kind> }]
      : [],
  );
}

/** The notes for an operator. */
export function notesIn(effects: readonly SequencerEffect[]): readonly string[] {
  return effects.flatMap((effect) => (effect.kind === "note" ? [effect.text] : []));
}

/** A granted promise of a manager with an empty log, or what is given instead. */
export function promiseOf(slot: Slot, epoch: Epoch, given: Partial<MessageOf<"promise">> = {}): MessageOf<"promise"> {
  return {
    kind: "promise",
    slot,
    incarnation: incarnationOf(slot),
    epoch,
    isTrial: false,
    isGranted: true,
    promised: null,
    adoption: null,
    last: 0,
    historyDigest: genesisDigest,
    time: 0,
    businessDate: "",
    ...given,
  };
}

/** The word of a manager that it has taken an epoch over. */
export function adoptedBy(slot: Slot, epoch: Epoch, members: readonly string[] = firstMembers): MessageOf<"adopted"> {
  return { kind: "adopted", slot, incarnation: members[slot - 1]!, epoch };
}

/** The heartbeat of another sequencer. */
export function heartbeatOf(epoch: Epoch, last = 0): MessageOf<"heartbeat"> {
  const log = { last, historyDigest: genesisDigest, commitPoint: 0 };
  return { kind: "heartbeat", id: 1, epoch, time: 0, businessDate: "2023-05-12", ...log };
}

/** A change that somebody asks for. */
export function changeOf(requestId: string, replyTo = "frontend:1"): MessageOf<"request"> {
  const command = { kind: "operation", operation: "bookMovieTickets", args: "{}" } as const;
  return { kind: "request", request: { requestId, caller: "ATWC1234", issuedAt: startMs, replyTo, command } };
}
