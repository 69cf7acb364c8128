import { type Accused, isSameReplica } from "../protocol/accused.ts";
import { assert } from "../protocol/assert.ts";
import { Chance } from "../protocol/chance.ts";
import { type Digest, type InstantMs, isSlot, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import { quorumOf } from "../protocol/quorum.ts";
import { type Request, requestContent, requestKey } from "../protocol/request.ts";
import { Ballot, type Reply } from "./ballot.ts";
import type { FrontendConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { Patience } from "./patience.ts";
import { type Answer, type Run, WrongRun } from "./wrong-run.ts";

/** A request under vote or under audit. */
export interface Vote {
  readonly request: Request;
  /** Of what was asked: replies to anything else under the same id do not count. */
  readonly contentDigest: Digest;
  readonly ballot: Ballot;
  readonly startedAt: InstantMs;
  readonly deadlineAt: InstantMs;
  readonly answers: Answer[];
  /** When it was sent last, and when it is sent again. */
  sentAt: InstantMs;
  sendAt: InstantMs;
  backoffMs: number;
  busy: number;
  decidedAt: InstantMs | undefined;
  isAnswered: boolean;
}

/** What voting tells its owner. */
export interface VotingEvents {
  /** A quorum of managers agrees, and the agreed result is there in full. */
  onAgreed(vote: Vote): void;
  /** No agreement by the deadline, or none possible. */
  onFailed(vote: Vote): void;
  /** All four were heard, or patience with the others is over. */
  onClosed(vote: Vote): void;
  onWrong(run: Run): void;
  /** A replica did not reply to so many questions. */
  onSilent(accused: Accused, tries: number): void;
  /** The replica of a manager that a reply is to be expected of; none where the manager says that it does not vote. */
  expected(slot: Slot): Accused | undefined;
  /** When something is read by a question of our own. */
  moment(): { readonly time: InstantMs; readonly businessDate: string };
}

interface Suspicion {
  readonly vote: Vote;
  readonly accused: Accused;
  tries: number;
  askAt: InstantMs;
}

const tickMs = 20;
const repeatSuspicionMs = 2000;
const busyDoublingsMax = 5;

/** Answered on a quorum, audited on four: carries requests through their votes, and finds who is wrong and who is silent. */
export class Voting {
  readonly #config: FrontendConfig;
  readonly #events: VotingEvents;
  readonly #emit: Emit;
  readonly #chance: Chance;
  readonly #patience: Patience;
  readonly #runs: ReadonlyMap<Slot, WrongRun>;
  readonly #open = new Map<string, Vote>();
  /** Decided and not heard from by all four, in the order of decision. */
  readonly #audited = new Map<string, Vote>();
  readonly #suspicions = new Map<Slot, Suspicion>();
  #tickAt: InstantMs = Number.POSITIVE_INFINITY;
  /** The latest epoch that anybody replied in. */
  #epochNumber = 0;

  constructor(config: FrontendConfig, events: VotingEvents, emit: Emit) {
    this.#config = config;
    this.#events = events;
    this.#emit = emit;
    this.#chance = new Chance(config.seed);
    this.#patience = new Patience(config.limits);
    this.#runs = new Map(slots.map((slot) => [slot, new WrongRun(config.limits.runAnswersMax)]));
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#tickAt;
  }

  /** True when there is room for one more vote. */
  get hasRoom(): boolean {
    return this.#open.size < this.#config.limits.ballotsMax;
  }

  /** The vote on that request that is open or under audit. */
  find(key: string): Vote | undefined {
    return this.#open.get(key) ?? this.#audited.get(key);
  }

  /** Wrong answers in a row of a manager's replica. */
  wrongInARow(slot: Slot, replica: Pick<Reply, "incarnation" | "generation">): number {
    return (this.#runs.get(slot) as WrongRun).lengthOf(replica);
  }

  /** True while a manager is asked again for a reply that it owes. */
  isSuspect(slot: Slot): boolean {
    return (this.#suspicions.get(slot)?.tries ?? 0) >= this.#config.limits.patienceTries;
  }

  /** Sends a request and opens the vote on it. */
  start(now: InstantMs, request: Request): Vote {
    assert(this.hasRoom, "votes stay within ballotsMax");
    const key = requestKey(request);
    assert(this.find(key) === undefined, "one request has one vote");
    const vote: Vote = {
      request,
      contentDigest: this.#config.sha256(requestContent(request)),
      ballot: new Ballot(quorumOf(this.#config.quorums, request.command), this.#config.mutant),
      startedAt: now,
      deadlineAt: now + this.#config.limits.answerDeadlineMs,
      answers: [],
      sentAt: now,
      sendAt: now,
      backoffMs: this.#firstBackoffMs,
      busy: 0,
      decidedAt: undefined,
      isAnswered: false,
    };
    this.#open.set(key, vote);
    this.#send(now, vote);
    this.#tickAt = Math.min(this.#tickAt, now + tickMs);
    return vote;
  }

  /** Takes a reply of a manager in. */
  onReply(now: InstantMs, reply: Reply): void {
    if (!isSlot(reply.slot)) return;
    const key = requestKey(reply);
    const vote = this.find(key) ?? this.#suspected(reply.slot, key);
    // Late replies to the same id with another content decide nothing.
    if (vote === undefined || reply.contentDigest !== vote.contentDigest || !vote.ballot.add(reply)) return;
    this.#follow(now, reply.epoch.number);
    const wasDecided = vote.decidedAt !== undefined;
    const answer = this.#answerOf(now, vote, reply, reply.slot);
    vote.answers.push(answer);
    if (vote.ballot.agreed !== undefined) this.#judge(now, vote, wasDecided ? [answer] : vote.answers);
    if (!wasDecided && vote.ballot.agreed !== undefined) this.#decide(now, key, vote);
    if (vote.decidedAt !== undefined) this.#audit(key, vote);
    else if (vote.ballot.isSplit) this.#fail(key, vote);
  }

  /** Where another sequencer leads, what the one before had in hand goes to it at once, and not after its backoff. */
  #follow(now: InstantMs, epochNumber: number): void {
    if (epochNumber <= this.#epochNumber) return;
    const isFirst = this.#epochNumber === 0;
    this.#epochNumber = epochNumber;
    if (isFirst) return;
    const backoffMs = this.#firstBackoffMs;
    for (const vote of this.#open.values()) {
      if (vote.decidedAt !== undefined) continue;
      vote.sendAt = now;
      vote.backoffMs = Math.min(vote.backoffMs, backoffMs);
    }
    this.#tickAt = now;
  }

  /** As long as replies take of late; but a lost request goes out again well before its deadline, however slow all was. */
  get #firstBackoffMs(): number {
    const [min, max] = this.#config.limits.resendBackoffMs;
    return Math.min(max, Math.max(min, this.#patience.ms));
  }

  /** Only what a replica answered counts in its run: what a manager says by itself ends none. */
  #answerOf(now: InstantMs, vote: Vote, reply: Reply, slot: Slot): Answer {
    if (vote.request.command.kind === "operation") return (this.#runs.get(slot) as WrongRun).add(now, reply);
    return { reply, at: now, judgement: "open", agreed: "" };
  }

  /** The sequencer has no room: the request goes out again after its time. */
  onBusy(now: InstantMs, message: MessageOf<"busy">): void {
    const vote = this.#open.get(requestKey(message));
    if (vote === undefined || vote.decidedAt !== undefined) return;
    // The longer it lasts, the longer the wait: those who were refused must not be the load that refuses the next.
    const waits = this.#chance.between(1, 2 + 2 ** Math.min(vote.busy, busyDoublingsMax));
    vote.busy++;
    vote.sendAt = Math.min(vote.sendAt, now + message.retryAfterMs * waits);
  }

  /** Sends again, gives up, loses patience. */
  poll(now: InstantMs): void {
    if (now < this.#tickAt) return;
    for (const [key, vote] of this.#open) {
      if (vote.decidedAt === undefined && now >= vote.deadlineAt) this.#fail(key, vote);
      else if (vote.decidedAt === undefined && now >= vote.sendAt) this.#send(now, vote);
    }
    this.#losePatience(now);
    for (const [slot, suspicion] of this.#suspicions) this.#pursue(now, slot, suspicion);
    const isIdle = this.#open.size + this.#audited.size + this.#suspicions.size === 0;
    this.#tickAt = isIdle ? Number.POSITIVE_INFINITY : now + tickMs;
  }

  #send(now: InstantMs, vote: Vote): void {
    this.#emit({ kind: "send", to: "sequencers", message: { kind: "request", request: vote.request } });
    vote.sentAt = now;
    vote.sendAt = now + vote.backoffMs + this.#chance.between(0, vote.backoffMs >> 1);
    vote.backoffMs = Math.min(2 * vote.backoffMs, this.#config.limits.resendBackoffMs[1]);
  }

  #judge(now: InstantMs, vote: Vote, answers: readonly Answer[]): void {
    for (const answer of answers) {
      answer.judgement = vote.ballot.judge(answer.reply);
      answer.agreed = vote.ballot.agreed?.resultDigest ?? "";
      const { slot } = answer.reply;
      if (!isSlot(slot)) continue;
      // A reply that was lost and asked for again was not slow.
      const wasAskedAgain = this.#suspicions.get(slot)?.vote === vote;
      if (answer.judgement === "right" && !wasAskedAgain) this.#patience.note(now - vote.sentAt);
      for (const run of (this.#runs.get(slot) as WrongRun).settle()) this.#events.onWrong(run);
    }
  }

  #decide(now: InstantMs, key: string, vote: Vote): void {
    vote.decidedAt = now;
    this.#open.delete(key);
    this.#audited.set(key, vote);
    if (vote.ballot.text === undefined) this.#askForText(now, vote);
  }

  /** Only digests of a large result came: those that agreed are asked for all of it. */
  #askForText(now: InstantMs, vote: Vote): void {
    vote.sendAt = now + this.#patience.ms;
    for (const slot of vote.ballot.agreeing()) this.#ask(slot, vote);
  }

  #audit(key: string, vote: Vote): void {
    if (vote.ballot.text !== undefined && !vote.isAnswered) {
      vote.isAnswered = true;
      this.#events.onAgreed(vote);
    }
    for (const slot of slots) {
      if (!vote.ballot.hasHeard(slot)) continue;
      if (this.#suspicions.get(slot)?.vote === vote) this.#suspicions.delete(slot);
    }
    if (vote.isAnswered && slots.every((slot) => vote.ballot.hasHeard(slot))) this.#close(key, vote);
  }

  #fail(key: string, vote: Vote): void {
    for (const answer of vote.answers) answer.judgement = "elsewhere";
    this.#open.delete(key);
    this.#audited.delete(key);
    if (!vote.isAnswered) this.#events.onFailed(vote);
    vote.isAnswered = true;
  }

  #close(key: string, vote: Vote): void {
    if (this.#audited.delete(key)) this.#events.onClosed(vote);
  }

  #losePatience(now: InstantMs): void {
    const patienceMs = this.#patience.ms;
    for (const [key, vote] of this.#audited) {
      const isFull = this.#audited.size > this.#config.limits.ballotsMax;
      if (now - (vote.decidedAt as number) < patienceMs && !isFull) break;
      if (!vote.isAnswered) {
        if (now >= vote.deadlineAt) this.#fail(key, vote);
        else if (now >= vote.sendAt) this.#askForText(now, vote);
        continue;
      }
      for (const slot of slots) this.#suspect(now, slot, vote);
      this.#close(key, vote);
    }
  }

  #suspect(now: InstantMs, slot: Slot, vote: Vote): void {
    // Charges and checkpoints cannot be asked for again: nobody remembers their results.
    const { kind } = vote.request.command;
    if (kind !== "operation" && kind !== "outcome") return;
    if (vote.ballot.hasHeard(slot) || this.#suspicions.has(slot)) return;
    const accused = this.#events.expected(slot);
    if (accused !== undefined) this.#suspicions.set(slot, { vote, accused, tries: 0, askAt: now });
  }

  #pursue(now: InstantMs, slot: Slot, suspicion: Suspicion): void {
    if (now < suspicion.askAt) return;
    if (suspicion.tries > this.#config.limits.patienceTries || !this.#isStillThere(slot, suspicion.accused)) {
      this.#suspicions.delete(slot);
    } else if (suspicion.tries === this.#config.limits.patienceTries) {
      suspicion.tries++;
      suspicion.askAt = now + repeatSuspicionMs;
      this.#events.onSilent(suspicion.accused, this.#config.limits.patienceTries);
    } else {
      suspicion.tries++;
      suspicion.askAt = now + this.#patience.ms;
      this.#ask(slot, suspicion.vote);
    }
  }

  /** A replica that was replaced meanwhile owes nothing. */
  #isStillThere(slot: Slot, accused: Accused): boolean {
    const expected = this.#events.expected(slot);
    return expected !== undefined && isSameReplica(expected, accused);
  }

  #ask(slot: Slot, vote: Vote): void {
    const { agreed } = vote.ballot;
    assert(agreed !== undefined, "a manager is asked again for what others agreed on");
    const message = {
      kind: "ask",
      epoch: agreed.epoch,
      n: agreed.n,
      ...this.#events.moment(),
      request: vote.request,
    } as const;
    this.#emit({ kind: "send", to: this.#config.managers[slot], message });
  }

  #suspected(slot: Slot, key: string): Vote | undefined {
    const vote = this.#suspicions.get(slot)?.vote;
    return vote !== undefined && requestKey(vote.request) === key ? vote : undefined;
  }
}
