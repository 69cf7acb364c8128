import { isSameEpoch, isSlot, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Quorum } from "../protocol/quorum.ts";

/** The word of one manager on one request. */
export type Reply = MessageOf<"reply">;

/** How a reply stands to what was agreed. */
export type Judgement = "right" | "wrong" | "elsewhere";

const repliesMax = 64;

/**
 * The vote on one request: decided when a quorum of different managers is equal in epoch, number, history and result,
 * and open for the others after that. Replies at other points of the order count for nothing.
 */
export class Ballot {
  /** How many equal replies decide. */
  readonly quorum: Quorum;
  readonly #isSamePoint: (a: Reply, b: Reply) => boolean;
  #replies: Reply[] = [];
  #agreed: Reply | undefined;
  #text: string | undefined;

  constructor(quorum: Quorum = 2, mutant?: Mutant) {
    this.quorum = quorum;
    this.#isSamePoint = mutant === "matchAcrossEpochs" ? isSameNumber : isSamePoint;
  }

  /** What a quorum agrees on, as the word of one of it. */
  get agreed(): Reply | undefined {
    return this.#agreed;
  }

  /** The agreed result, once a manager sent it in full. */
  get text(): string | undefined {
    return this.#text;
  }

  /** Every reply that came, in order of arrival. */
  get replies(): readonly Reply[] {
    return this.#replies;
  }

  /** Takes a reply in; returns whether it is new. */
  add(reply: Reply): boolean {
    if (!isSlot(reply.slot) || this.#replies.length >= repliesMax) return false;
    const isKnown = this.#replies.some(
      (known) =>
        known.slot === reply.slot &&
        this.#isEqualVote(known, reply) &&
        (known.result !== null || reply.result === null),
    );
    if (isKnown) return false;
    this.#replies.push(reply);
    if (this.#agreed === undefined && this.#slotsEqualTo(reply).length >= this.quorum) {
      this.#agreed = this.#replies.find((other) => other.slot !== reply.slot && this.#isEqualVote(other, reply));
    }
    const { agreed } = this;
    if (agreed !== undefined) {
      this.#text ??=
        this.#replies.find((one) => this.#isEqualVote(one, agreed) && one.result !== null)?.result ?? undefined;
    }
    return true;
  }

  /** How a reply stands to what was agreed; asked only after that. */
  judge(reply: Reply): Judgement {
    const { agreed } = this;
    if (agreed === undefined || !this.#isSamePoint(reply, agreed)) return "elsewhere";
    return reply.resultDigest === agreed.resultDigest ? "right" : "wrong";
  }

  /** True when that manager said anything. */
  hasHeard(slot: Slot): boolean {
    return this.#replies.some((reply) => reply.slot === slot);
  }

  /** The managers that agreed. */
  agreeing(): readonly Slot[] {
    const { agreed } = this;
    return agreed === undefined ? [] : this.#slotsEqualTo(agreed);
  }

  /** True when so many spoke differently of one same point that those who did not speak of it cannot make a quorum. */
  get isSplit(): boolean {
    const [first] = this.#replies;
    if (this.#agreed !== undefined || first === undefined) return false;
    const there = this.#replies.filter((reply) => this.#isSamePoint(reply, first));
    const unheard = slots.filter((slot) => !there.some((reply) => reply.slot === slot)).length;
    return there.every((reply) => this.#slotsEqualTo(reply).length + unheard < this.quorum);
  }

  #slotsEqualTo(vote: Reply): readonly Slot[] {
    return slots.filter((slot) => this.#replies.some((reply) => reply.slot === slot && this.#isEqualVote(reply, vote)));
  }

  /** Equal in epoch, number, history and result: results equal across different epochs are not enough. */
  #isEqualVote(a: Reply, b: Reply): boolean {
    return this.#isSamePoint(a, b) && a.resultDigest === b.resultDigest;
  }
}

function isSamePoint(a: Reply, b: Reply): boolean {
  const isSameMoment = a.n === b.n && a.readDate === b.readDate;
  return isSameMoment && a.historyDigest === b.historyDigest && isSameEpoch(a.epoch, b.epoch);
}

/** Only as a mutant. */
function isSameNumber(a: Reply, b: Reply): boolean {
  return a.n === b.n && a.readDate === b.readDate;
}
