import { type Epoch, isSlot, type Slot, slots } from "../protocol/ids.ts";
import { isReadRequest } from "../protocol/request.ts";
import type { Reply } from "./ballot.ts";
import { type Difference, findDifferences } from "./differences.ts";
import { sequenceOf } from "./recent-votes.ts";
import type { Vote } from "./voting.ts";
import type { Answer } from "./wrong-run.ts";

/** One request with what became of its vote, as in `GET /api/requests`. */
export interface VoteSummary {
  /** Its number, or for a read that of the last change before it; `null` when nobody answered. */
  readonly sequence: number | null;
  readonly operation: string;
  readonly isRead: boolean;
  readonly caller: string;
  /** The client's id of a change; `null` for a read. */
  readonly requestId: string | null;
  /** `OK`, the reason of a refusal, or `NO_AGREEMENT`. */
  readonly outcome: string;
  /** Managers that gave the agreed answer, so far. */
  readonly agreeing: readonly Slot[];
  /** Managers that gave another one at the same point of the order. */
  readonly differing: readonly Slot[];
  /** Managers that have not answered. */
  readonly missing: readonly Slot[];
  /** UTC milliseconds at which the call came. */
  readonly startedAt: number;
  /** Milliseconds until a quorum agreed; `null` when none did. */
  readonly decidedAfterMs: number | null;
}

/** One request with the answer of each manager, as in `GET /api/requests/N`. */
export interface VoteView extends VoteSummary {
  readonly epoch: Epoch | null;
  readonly args: unknown;
  /** The business date at which a read was executed; `null` for a change, which has that of its number. */
  readonly readDate: string | null;
  /** How many equal answers decide. */
  readonly quorum: number;
  /** The agreed answer; `null` when there is none, or only its digest was sent. */
  readonly answer: unknown;
  readonly votes: readonly VoteOfManager[];
  /** Where the answers of two managers differ, field by field: the first of them. */
  readonly differences: readonly Difference[];
  readonly hasMoreDifferences: boolean;
}

/** What one manager answered; one that answered more than once has as many, in that order. */
export interface VoteOfManager {
  readonly slot: Slot;
  readonly version: string | null;
  /** Its answer against what was agreed: `elsewhere` was given at another point of the order, and counts for nothing. */
  readonly judgement: "right" | "wrong" | "elsewhere" | "undecided" | "none";
  /** Milliseconds after the call came. */
  readonly afterMs: number | null;
  readonly sequence: number | null;
  /** `null` when nothing came, or only the digest of a large answer. */
  readonly answer: unknown;
  readonly digest: string | null;
}

/** True when managers answered differently at one point of the order, or none agreed. */
export function hasDifferences({ ballot }: Vote): boolean {
  return ballot.agreed === undefined
    ? ballot.replies.length > 0
    : ballot.replies.some((reply) => ballot.judge(reply) === "wrong");
}

/** What is shown of a vote in a list. */
export function summaryOf(vote: Vote): VoteSummary {
  const { request, ballot, startedAt, decidedAt } = vote;
  const { command, caller, requestId } = request;
  const isRead = isReadRequest(request);
  const { agreed } = ballot;
  const differing = slots.filter((slot) =>
    ballot.replies.some((reply) => reply.slot === slot && agreed !== undefined && ballot.judge(reply) === "wrong"),
  );
  return {
    sequence: sequenceOf(vote),
    operation: command.kind === "operation" ? command.operation : command.kind,
    isRead,
    caller,
    requestId: isRead ? null : requestId,
    outcome: agreed === undefined ? "NO_AGREEMENT" : outcomeOf(ballot.text),
    agreeing: ballot.agreeing(),
    differing: agreed === undefined ? slots.filter((slot) => ballot.hasHeard(slot)) : differing,
    missing: slots.filter((slot) => !ballot.hasHeard(slot)),
    startedAt,
    decidedAfterMs: decidedAt === undefined || agreed === undefined ? null : decidedAt - startedAt,
  };
}

/** All of a vote, with the differences between the answers. */
export function viewOf(vote: Vote): VoteView {
  const { request, ballot } = vote;
  const { command } = request;
  const votes = slots.flatMap((slot) => votesOf(slot, vote));
  const answers = votes.filter(({ digest }) => digest !== null);
  const { differences, hasMore } = findDifferences(answers.map(({ slot, answer }) => ({ slot, value: answer })));
  return {
    ...summaryOf(vote),
    epoch: (ballot.agreed ?? ballot.replies[0])?.epoch ?? null,
    args: command.kind === "operation" ? parse(command.args) : null,
    readDate: (ballot.agreed ?? ballot.replies[0])?.readDate || null,
    quorum: ballot.quorum,
    answer: ballot.agreed === undefined ? null : parse(ballot.text),
    votes,
    differences,
    hasMoreDifferences: hasMore,
  };
}

function votesOf(slot: Slot, vote: Vote): readonly VoteOfManager[] {
  const given = vote.answers.filter(({ reply }) => isSlot(reply.slot) && reply.slot === slot);
  const none = { slot, version: null, judgement: "none", afterMs: null, sequence: null, answer: null, digest: null };
  return given.length === 0 ? [none as VoteOfManager] : given.map((answer) => voteOf(slot, vote, answer));
}

function voteOf(slot: Slot, { ballot, startedAt }: Vote, { reply, at }: Answer): VoteOfManager {
  const { agreed } = ballot;
  return {
    slot,
    version: reply.version,
    judgement: agreed === undefined ? "undecided" : ballot.judge(reply),
    afterMs: at - startedAt,
    sequence: reply.n,
    answer: parse(reply.result ?? sameText(reply, agreed, ballot.text)),
    digest: reply.resultDigest,
  };
}

/** Who sent only the digest of what was agreed said the same. */
function sameText(reply: Reply, agreed: Reply | undefined, text: string | undefined): string | undefined {
  return reply.resultDigest === agreed?.resultDigest ? text : undefined;
}

function outcomeOf(text: string | undefined): string {
  const answer = parse(text) as {
    readonly outcome?: string;
    readonly reason?: string;
    readonly refused?: string;
  } | null;
  return answer?.reason ?? answer?.outcome ?? answer?.refused ?? "OK";
}

/** What a replica answered may be no JSON: then it is shown as it came. */
function parse(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
