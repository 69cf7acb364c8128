import { fieldOf } from "./soap-reply.ts";

/** What the command line reads of one request in `GET /api/requests`. */
export interface VoteSummary {
  readonly sequence: number | null;
  readonly operation: string;
  readonly isRead: boolean;
  readonly caller: string;
  readonly requestId: string | null;
  readonly outcome: string;
  readonly agreeing: readonly number[];
  readonly differing: readonly number[];
  readonly missing: readonly number[];
  /** ISO 8601. */
  readonly startedAt: string;
  readonly decidedAfterMs: number | null;
}

/** What the command line reads of `GET /api/requests/N`. */
export interface VoteDetail extends VoteSummary {
  readonly args: unknown;
  readonly readDate: string | null;
  readonly theatres: readonly string[];
  readonly quorum: number;
  readonly answer: unknown;
  readonly votes: readonly {
    readonly slot: number;
    readonly version: string | null;
    readonly judgement: string;
    readonly afterMs: number | null;
    readonly sequence: number | null;
    readonly answer: unknown;
    readonly digest: string | null;
  }[];
  readonly differences: readonly {
    readonly field: string;
    readonly values: readonly { readonly slot: number; readonly value?: unknown }[];
  }[];
  readonly hasMoreDifferences: boolean;
}

/** True for the shape of `GET /api/requests`. */
export function isVoteList(value: unknown): value is { readonly requests: readonly VoteSummary[] } {
  const requests = fieldOf(value, "requests");
  return Array.isArray(requests) && requests.every(isVoteSummary);
}

/** True for the shape of `GET /api/requests/N`. */
export function isVoteDetail(value: unknown): value is VoteDetail {
  const lists = ["votes", "differences", "theatres"].map((name) => fieldOf(value, name));
  return isVoteSummary(value) && lists.every((list) => Array.isArray(list));
}

function isVoteSummary(value: unknown): boolean {
  const lists = ["agreeing", "differing", "missing"].map((name) => fieldOf(value, name));
  return lists.every((list) => Array.isArray(list)) && typeof fieldOf(value, "operation") === "string";
}
