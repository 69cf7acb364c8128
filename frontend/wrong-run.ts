import type { InstantMs } from "../protocol/ids.ts";
import type { Command } from "../protocol/request.ts";
import type { Judgement, Reply } from "./ballot.ts";

type WrongAnswer = Extract<Command, { kind: "wrong" }>["run"][number];

/** One reply in the order in which its manager's replies came, judged when its ballot is decided. */
export interface Answer {
  readonly reply: Reply;
  /** When it came. */
  readonly at: InstantMs;
  judgement: Judgement | "open";
  /** Digest of the agreed result. */
  agreed: string;
}

/** The wrong answers in a row of one replica, with the replica that gave them. */
export interface Run {
  readonly reply: Reply;
  readonly wrong: readonly WrongAnswer[];
}

const evidenceMax = 16;
const none: readonly Run[] = [];

/**
 * The run of wrong answers of one manager's replica: in the order in which its answers came, whatever the order in
 * which they are judged; a right answer ends the run, and so does a new replica.
 */
export class WrongRun {
  readonly #answersMax: number;
  readonly #answers: Answer[] = [];
  #incarnation = "";
  #generation = 0;
  #wrong: WrongAnswer[] = [];

  constructor(answersMax: number) {
    this.#answersMax = answersMax;
  }

  /** Wrong answers in a row of that replica, as far as they are judged. */
  lengthOf(replica: Pick<Reply, "incarnation" | "generation">): number {
    const isTheOne = replica.incarnation === this.#incarnation && replica.generation === this.#generation;
    return isTheOne ? this.#wrong.length : 0;
  }

  /** Keeps the place of a reply that comes now. */
  add(now: InstantMs, reply: Reply): Answer {
    const answer: Answer = { reply, at: now, judgement: "open", agreed: "" };
    this.#answers.push(answer);
    if (this.#answers.length > this.#answersMax) this.#answers.shift();
    return answer;
  }

  /** Goes through all that is judged up to the first that is open; returns every run that grew. */
  settle(): readonly Run[] {
    let grown: readonly Run[] = none;
    let count = 0;
    for (const answer of this.#answers) {
      if (answer.judgement === "open") break;
      count++;
      const run = this.#take(answer);
      if (run !== undefined) grown = [...grown, run];
    }
    this.#answers.splice(0, count);
    return grown;
  }

  #take({ reply, judgement, agreed }: Answer): Run | undefined {
    const isSameManager = reply.incarnation === this.#incarnation;
    if (isSameManager && reply.generation < this.#generation) return undefined;
    if (!isSameManager || reply.generation > this.#generation) this.#wrong = [];
    this.#incarnation = reply.incarnation;
    this.#generation = reply.generation;
    if (judgement === "right") this.#wrong = [];
    if (judgement !== "wrong") return undefined;
    this.#wrong = [...this.#wrong, { n: reply.n, given: reply.resultDigest, agreed }].slice(-evidenceMax);
    return { reply, wrong: this.#wrong };
  }
}
