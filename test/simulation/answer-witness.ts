import type { BusinessDate, Epoch, Sequence } from "../../protocol/ids.ts";
import type { MessageOf } from "../../protocol/message.ts";
import { type Request, requestKey } from "../../protocol/request.ts";
import type { LogWitness, Place } from "./log-witness.ts";
import { Violation } from "./violation.ts";

type Reply = MessageOf<"reply">;

/** Where in the history an answer was given; the business date is that of a read, empty for a change. */
export interface AnsweredAt extends Place {
  readonly readDate: BusinessDate;
}

interface Vote extends AnsweredAt {
  readonly epoch: Epoch;
  readonly managers: Set<number>;
}

/** Sees every reply that reaches a front end: an answer is there only when two managers that are different said it. */
export class AnswerWitness {
  readonly #logs: LogWitness;
  /** By front end, request, and what was said. */
  readonly #votes = new Map<string, Map<string, Vote>>();

  constructor(logs: LogWitness) {
    this.#logs = logs;
  }

  onReply(frontend: string, reply: Reply): void {
    const { epoch, n, historyDigest, readDate, resultDigest } = reply;
    const votes = this.#votesOn(frontend, reply);
    const said = `${n} ${epoch.number} ${epoch.nonce} ${historyDigest} ${readDate} ${resultDigest}`;
    const known = votes.get(said);
    if (known !== undefined) known.managers.add(reply.slot);
    else votes.set(said, { n, digest: historyDigest, readDate, epoch, managers: new Set([reply.slot]) });
  }

  /** A front end answered a request at that number; returns what two managers said of the place. */
  onAnswer(frontend: string, request: Pick<Request, "caller" | "requestId">, n: Sequence): AnsweredAt {
    const votes = [...this.#votesOn(frontend, request).values()];
    const agreed = votes.find((vote) => vote.n === n && vote.managers.size >= 2);
    if (agreed === undefined) {
      const most = Math.max(0, ...votes.filter((vote) => vote.n === n).map((vote) => vote.managers.size));
      throw new Violation("twoAgree", `${most} managers agreed on the answer to ${requestKey(request)} at ${n}`);
    }
    if (n > 0) this.#logs.onAnswered(agreed.epoch, agreed);
    return agreed;
  }

  #votesOn(frontend: string, request: Pick<Request, "caller" | "requestId">): Map<string, Vote> {
    const key = `${frontend} ${requestKey(request)}`;
    const votes = this.#votes.get(key) ?? new Map<string, Vote>();
    this.#votes.set(key, votes);
    return votes;
  }
}
