import type { Accused } from "../protocol/accused.ts";
import type { Call } from "../protocol/call.ts";
import { type InstantMs, type Sequence, type Slot, slots } from "../protocol/ids.ts";
import type { Received } from "../protocol/message.ts";
import { canonicalArguments, isRead } from "../protocol/operation.ts";
import { type Command, type Request, requestContent, requestKey } from "../protocol/request.ts";
import type { Role } from "../protocol/role.ts";
import type { FrontendConfig } from "./config.ts";
import type { DigestsAnswer, Emit, FrontendEffect, FrontendInput } from "./effect.ts";
import { RecentVotes } from "./recent-votes.ts";
import { failureFault, fault, replyTo, reusedFault } from "./reply.ts";
import { type StatusView, statusView } from "./status-view.ts";
import { hasDifferences, summaryOf, type VoteSummary, type VoteView, viewOf } from "./vote-view.ts";
import { type Vote, Voting } from "./voting.ts";
import { Watch } from "./watch.ts";
import type { Run } from "./wrong-run.ts";

/** Who waits for a vote. */
type Waiting =
  | { readonly kind: "call"; readonly call: Call; readonly handles: number[] }
  | { readonly kind: "digests"; readonly handle: number };

/** One and the same charge is not repeated sooner: it is on its way, and a flood of them would be work for everybody. */
const chargeAgainMs = 2000;
const chargesMax = 64;

/**
 * One front end, without state that outlives a call: sends a request, answers when two managers agree, audits all four
 * and charges who is wrong or silent.
 */
export class Frontend implements Role<FrontendInput, FrontendEffect> {
  readonly #config: FrontendConfig;
  readonly #watch: Watch;
  readonly #voting: Voting;
  readonly #waiting = new Map<string, Waiting>();
  readonly #emit: Emit = (effect) => this.#effects.push(effect);
  readonly #recent: RecentVotes;
  readonly #chargedAt = new Map<string, InstantMs>();
  #effects: FrontendEffect[] = [];
  #now: InstantMs = 0;
  #wakeAt: InstantMs = Number.POSITIVE_INFINITY;
  #nextCharge = 1;
  readonly #counts = { answered: 0, refused: 0, noAgreement: 0, chargesWrong: 0, chargesSilent: 0 };
  #dropped = { badMac: 0, malformed: 0 };

  constructor(config: FrontendConfig) {
    this.#config = config;
    this.#watch = new Watch(config);
    this.#recent = new RecentVotes(config.limits);
    this.#voting = new Voting(
      config,
      {
        onAgreed: (vote) => this.#onAgreed(vote),
        onFailed: (vote) => this.#onFailed(vote),
        onClosed: (vote) => this.#onClosed(vote),
        onWrong: (run) => this.#onWrong(run),
        onSilent: (accused, tries) => this.#onSilent(accused, tries),
        expected: (slot) => this.#expected(slot),
        moment: () => this.#moment(),
      },
      this.#emit,
    );
  }

  step(now: InstantMs, input: FrontendInput): readonly FrontendEffect[] {
    this.#now = now;
    this.#effects = [];
    this.#take(input);
    this.#voting.poll(now);
    this.#watch.poll(now, this.#emit);
    this.#wake();
    return this.#effects;
  }

  /** Everything this front end knows, for people and programs that look. */
  status(now: InstantMs): StatusView {
    return statusView({
      now,
      config: this.#config,
      watch: this.#watch,
      voting: this.#voting,
      counts: this.#counts,
      dropped: this.#dropped,
    });
  }

  /** The last requests with what became of their votes, newest first: so many, or so many of those that disagreed. */
  recentVotes(countMax: number, isDisagreedOnly = false): readonly VoteSummary[] {
    const all = this.#recent.list();
    return (isDisagreedOnly ? all.filter(hasDifferences) : all).slice(0, countMax).map(summaryOf);
  }

  /** The vote on the request of that number with each manager's answer, where it is one of the last. */
  vote(sequence: Sequence): VoteView | undefined {
    const found = this.#recent.find(sequence);
    return found && viewOf(found);
  }

  #take(input: FrontendInput): void {
    switch (input.kind) {
      case "call":
        return this.#onCall(input.handle, input.call, input.caller, input.freshId);
      case "digests":
        return this.#onDigests(input.handle, input.freshId);
      case "messages":
        for (const received of input.messages) this.#onMessage(received);
        return;
      case "inject":
        return this.#onInject(input);
      case "clear":
        return this.#emit({
          kind: "send",
          to: this.#config.managers[input.slot],
          message: { kind: "clear", slot: input.slot, id: input.id },
        });
      case "kill":
        return this.#emit({
          kind: "send",
          to: this.#config.managers[input.slot],
          message: { kind: "kill", slot: input.slot, target: input.target },
        });
      case "replace":
        return this.#onReplace(input.slot);
      case "dropped":
        this.#dropped = { badMac: input.badMac, malformed: input.malformed };
        return;
      case "wake":
        this.#wakeAt = Number.POSITIVE_INFINITY;
    }
  }

  #onMessage({ message }: Received): void {
    switch (message.kind) {
      case "reply":
        return this.#voting.onReply(this.#now, message);
      case "busy":
        return this.#voting.onBusy(this.#now, message);
      case "managerStatus":
        return this.#watch.onManager(this.#now, message);
      case "sequencerStatus":
        return this.#watch.onSequencer(this.#now, message);
      default:
        return;
    }
  }

  #onCall(handle: number, call: Call, caller: string, freshId: string): void {
    const request = this.#requestOf(call, caller, freshId);
    const key = requestKey(request);
    const known = this.#voting.find(key);
    if (known !== undefined) return this.#join(handle, call, request, known);
    if (!this.#voting.hasRoom) {
      this.#counts.refused++;
      const reply = fault("BUSY", "Too many requests are under way. Nothing was changed.", "notApplied", 1);
      return this.#emit({ kind: "answer", handle, reply });
    }
    this.#waiting.set(key, { kind: "call", call, handles: [handle] });
    this.#voting.start(this.#now, request);
  }

  /** The same request is under way already, by an impatient client or through a retry: it gets the same answer. */
  #join(handle: number, call: Call, request: Request, vote: Vote): void {
    const waiting = this.#waiting.get(requestKey(request));
    if (requestContent(request) !== requestContent(vote.request)) {
      this.#emit({ kind: "answer", handle, reply: reusedFault() });
    } else if (vote.isAnswered) {
      this.#answer(vote, call, [handle]);
    } else if (waiting?.kind === "call") {
      waiting.handles.push(handle);
    }
  }

  #onDigests(handle: number, freshId: string): void {
    const request = this.#ownRequest(freshId, { kind: "checkpoint" });
    if (!this.#voting.hasRoom) {
      const answer = fault("BUSY", "Too many requests are under way.", "notApplied", 1);
      return this.#emit({ kind: "digests", handle, answer });
    }
    this.#waiting.set(requestKey(request), { kind: "digests", handle });
    this.#voting.start(this.#now, request);
  }

  #onInject(input: Extract<FrontendInput, { kind: "inject" }>): void {
    const seen = this.#watch.manager(input.slot);
    if (seen === undefined) return;
    const { slot, incarnation, generation } = seen.status;
    const { id, fault: name, forMs, seed, owner } = input;
    const message = { kind: "inject", slot, incarnation, generation, id, fault: name, forMs, seed, owner } as const;
    this.#emit({ kind: "send", to: this.#config.managers[input.slot], message });
  }

  /** A sequencer admits new data, a manager replaces its replica: each is told what is its business. */
  #onReplace(slot: Slot): void {
    const isMember = this.#watch.isMember(this.#now, slot);
    const to = isMember ? this.#config.managers[slot] : "sequencers";
    this.#emit({ kind: "send", to, message: { kind: "replace", slot } });
  }

  #onAgreed(vote: Vote): void {
    this.#recent.note(vote);
    const waiting = this.#waiting.get(requestKey(vote.request));
    if (waiting?.kind !== "call") return;
    this.#waiting.delete(requestKey(vote.request));
    this.#counts.answered++;
    this.#answer(vote, waiting.call, waiting.handles);
  }

  #answer(vote: Vote, call: Call, handles: readonly number[]): void {
    const { agreed, text } = vote.ballot;
    if (agreed === undefined || text === undefined) return;
    const reply = replyTo(call, changeId(vote.request), agreed.n, text);
    for (const handle of handles) this.#emit({ kind: "answer", handle, reply });
  }

  #onFailed(vote: Vote): void {
    this.#recent.note(vote);
    const waiting = this.#waiting.get(requestKey(vote.request));
    this.#waiting.delete(requestKey(vote.request));
    if (waiting === undefined) return;
    this.#counts.noAgreement++;
    if (waiting.kind === "digests") {
      const answer = fault("NO_AGREEMENT", "No two managers gave the same state digest in time.", "notApplied", 1);
      return this.#emit({ kind: "digests", handle: waiting.handle, answer });
    }
    const id = changeId(vote.request);
    const reply = failureFault(vote.ballot.quorum, vote.ballot.replies.length > 0, id);
    for (const handle of waiting.handles) this.#emit({ kind: "answer", handle, reply });
  }

  /** All digests that could be had are there: each manager's own, right or not. */
  #onClosed(vote: Vote): void {
    this.#recent.settle(vote);
    const waiting = this.#waiting.get(requestKey(vote.request));
    if (waiting?.kind !== "digests") return;
    this.#waiting.delete(requestKey(vote.request));
    const { agreed } = vote.ballot;
    if (agreed === undefined) return;
    const answer: DigestsAnswer = {
      sequence: agreed.n,
      digests: slots.map((slot) => {
        const reply = vote.ballot.replies.find((one) => one.slot === slot && one.n === agreed.n);
        const digest = reply?.result === undefined || reply.result === null ? null : digestOf(reply.result);
        return { slot, digest };
      }),
    };
    this.#emit({ kind: "digests", handle: waiting.handle, answer });
  }

  #onWrong(run: Run): void {
    const { slot, incarnation, generation } = run.reply;
    const length = Math.min(run.wrong.length, this.#config.limits.wrongRunMax);
    if (!this.#mayCharge(`wrong ${slot} ${incarnation} ${generation} ${length}`)) return;
    this.#counts.chargesWrong++;
    this.#charge({ kind: "wrong", slot, incarnation, generation, run: run.wrong });
  }

  #onSilent({ slot, incarnation, generation }: Accused, tries: number): void {
    if (!this.#mayCharge(`silent ${slot}`)) return;
    this.#counts.chargesSilent++;
    this.#charge({ kind: "silent", slot, incarnation, generation, tries });
  }

  #mayCharge(what: string): boolean {
    const at = this.#chargedAt.get(what);
    if (at !== undefined && this.#now - at < chargeAgainMs) return false;
    if (this.#chargedAt.size > chargesMax) this.#chargedAt.clear();
    this.#chargedAt.set(what, this.#now);
    return true;
  }

  #charge(command: Command): void {
    if (this.#voting.hasRoom) this.#voting.start(this.#now, this.#ownRequest(`charge-${this.#nextCharge++}`, command));
  }

  /** Of a manager that said nothing for long a reply is expected too: it is silent without being asked. */
  #expected(slot: Slot): Accused | undefined {
    const seen = this.#watch.manager(slot);
    if (seen === undefined) return undefined;
    const { state, incarnation, generation } = seen.status;
    const isOwing = state === "voting" || !this.#watch.isFresh(this.#now, seen);
    return isOwing ? { slot, incarnation, generation } : undefined;
  }

  #requestOf(call: Call, caller: string, freshId: string): Request {
    const from = { caller, issuedAt: this.#now, replyTo: this.#config.address };
    if (call.operation === "getRequestOutcome") {
      const { callerID, requestId } = call.args;
      return { ...from, caller: callerID, requestId: `?${freshId}`, command: { kind: "outcome", requestId } };
    }
    const args = canonicalArguments(call.operation, call.args as unknown as Readonly<Record<string, unknown>>);
    const requestId = isRead(call.operation) ? `?${freshId}` : (call.requestId ?? freshId);
    return { ...from, requestId, command: { kind: "operation", operation: call.operation, args } };
  }

  #ownRequest(requestId: string, command: Command): Request {
    return {
      requestId,
      caller: `frontend-${this.#config.id}`,
      issuedAt: this.#now,
      replyTo: this.#config.address,
      command,
    };
  }

  /** The leading sequencer's last word on the time, for reads that one manager is asked for again. */
  #moment(): { readonly time: InstantMs; readonly businessDate: string } {
    const status = this.#watch.leader;
    return { time: status?.time ?? this.#now, businessDate: status?.businessDate ?? "2000-01-01" };
  }

  #wake(): void {
    const at = Math.max(this.#now + 1, Math.min(this.#voting.deadline, this.#watch.deadline));
    if (at === this.#wakeAt) return;
    this.#wakeAt = at;
    this.#emit({ kind: "wake", at });
  }
}

/** The request id that a client may use again: that of a change. Ids of reads are our own and start with "?". */
function changeId(request: Request): string | undefined {
  return request.requestId.startsWith("?") ? undefined : request.requestId;
}

function digestOf(result: string): string | null {
  const value = JSON.parse(result) as { readonly digest?: unknown };
  return typeof value.digest === "string" ? value.digest : null;
}
