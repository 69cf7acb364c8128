import type { Limits } from "../protocol/limits.ts";
import { isReadRequest } from "../protocol/request.ts";
import type { Vote } from "./voting.ts";

/** What a vote takes beside the results in it, in characters, at a rough estimate. */
const overheadChars = 512;

/** The last votes on requests of customers, for people who look at them: so many, and no more than so many characters. */
export class RecentVotes {
  readonly #limits: Limits;
  /** Oldest first, with the characters that each counts for. */
  readonly #votes = new Map<Vote, number>();
  #chars = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a vote in that was answered or failed; replies that come later are seen in it. */
  note(vote: Vote): void {
    if (vote.request.command.kind !== "operation") return;
    this.#put(vote);
    for (const [oldest, chars] of this.#votes) {
      const isWithin =
        this.#votes.size <= this.#limits.recentVotesMax && this.#chars <= this.#limits.recentVoteCharsMax;
      if (isWithin) break;
      this.#votes.delete(oldest);
      this.#chars -= chars;
    }
  }

  /** Counts what came since the vote was taken in; after that only a manager may reply that is asked again. */
  settle(vote: Vote): void {
    if (this.#votes.has(vote)) this.#put(vote);
  }

  /** Newest first. */
  list(): readonly Vote[] {
    return [...this.#votes.keys()].toReversed();
  }

  /** The newest vote on the change with that number; where there is none, on the newest read behind it. */
  find(sequence: number): Vote | undefined {
    const there = this.list().filter((vote) => sequenceOf(vote) === sequence);
    return there.find(({ request }) => !isReadRequest(request)) ?? there[0];
  }

  /** A vote keeps its place when it is put again. */
  #put(vote: Vote): void {
    const chars = vote.ballot.replies.reduce((sum, { result }) => sum + (result?.length ?? 0), overheadChars);
    this.#chars += chars - (this.#votes.get(vote) ?? 0);
    this.#votes.set(vote, chars);
  }
}

/** The number in the order that managers gave the request: what was agreed, else what was heard first. */
export function sequenceOf({ ballot }: Vote): number | null {
  return (ballot.agreed ?? ballot.replies[0])?.n ?? null;
}
