import { assert } from "../protocol/assert.ts";
import { type InstantMs, isSlot, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import { startMessage, type Term } from "./campaign.ts";
import type { SequencerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { isMember, type Voice } from "./electorate.ts";
import type { Swap } from "./log-choice.ts";
import type { Stranger, Strangers } from "./strangers.ts";

/**
 * Who belongs to an active epoch and how its members are: it lets members in late, takes note of strangers, and says
 * when one of them shall take the place of a member whose data is lost.
 */
export class Membership {
  readonly #config: SequencerConfig;
  readonly #term: Term;
  readonly #strangers: Strangers;
  readonly #adopted: Set<Slot>;
  /** When each member was heard last; those that were not heard count from the start of the epoch. */
  readonly #heardAt: Map<Slot, InstantMs>;

  constructor(config: SequencerConfig, term: Term, adopted: readonly Slot[], strangers: Strangers, now: InstantMs) {
    const { storedEveryMs, admitAfterMs } = config.limits;
    assert(2 * storedEveryMs <= admitAfterMs, "a member that is there is heard before it is missed");
    this.#config = config;
    this.#term = term;
    this.#strangers = strangers;
    this.#adopted = new Set(adopted);
    this.#heardAt = new Map(slots.map((slot) => [slot, now]));
  }

  /** Takes note of a sign of life; returns the slot of the one who gave it, if that is a member. */
  hear(now: InstantMs, voice: Voice): Slot | undefined {
    if (!isSlot(voice.slot) || !isMember(this.#term.members, voice, this.#config.mutant)) return undefined;
    this.#heardAt.set(voice.slot, now);
    return voice.slot;
  }

  /** A member has taken the epoch over. */
  onAdopted(slot: Slot): void {
    this.#adopted.add(slot);
  }

  /** A manager hears this epoch and is not in it: a member is let in, anybody else a stranger. */
  onJoin(now: InstantMs, join: MessageOf<"join">, emit: Emit): void {
    const slot = this.hear(now, join);
    if (!isSlot(join.slot)) return;
    // A stranger is told as well: it finds itself missing among the members.
    const message = startMessage(this.#config, this.#term, this.#sourceFor(join.slot));
    emit({ kind: "send", to: join.replyTo, message });
    if (slot === undefined && this.#strangers.hear(now, join.slot, join.incarnation)) {
      emit({ kind: "note", level: "warn", text: strangerNote(join.slot, this.#config.limits.admitAfterMs) });
    }
  }

  /** An operator wants the stranger of a slot in, without waiting. */
  onReplace(now: InstantMs, slot: number, emit: Emit): void {
    if (!isSlot(slot) || this.#strangers.want(now, slot)) return;
    emit({ kind: "note", level: "warn", text: `slot ${slot} has no manager with new data: there is nobody to admit` });
  }

  /** The swap that is due, if any: an operator wants it, or the member's data is lost by all that is known. */
  swapDue(now: InstantMs): Swap | undefined {
    const due = this.#strangers.all(now).find((stranger) => this.#isDue(now, stranger));
    if (due === undefined) return undefined;
    const { members, epoch } = this.#term;
    return { slot: due.slot, incarnation: due.incarnation, members, follows: epoch };
  }

  /**
   * True when fewer than two members were heard for as long as a lost one is waited for: such a sequencer keeps others
   * from leading and gets nothing done itself.
   */
  isDeaf(now: InstantMs): boolean {
    return slots.filter((slot) => !this.#isSilent(now, slot)).length < 2;
  }

  #isDue(now: InstantMs, { slot, isWanted, firstAt, lastAt }: Stranger): boolean {
    const { admitAfterMs, sequencerSilenceMs } = this.#config.limits;
    if (now - lastAt >= sequencerSilenceMs) return false;
    return isWanted || (lastAt - firstAt >= admitAfterMs && this.#isSilent(now, slot));
  }

  #isSilent(now: InstantMs, slot: Slot): boolean {
    return now - (this.#heardAt.get(slot) as InstantMs) >= this.#config.limits.admitAfterMs;
  }

  /** The one whose log went on, else any other member that has adopted the epoch. */
  #sourceFor(slot: Slot): Slot {
    const { best } = this.#term;
    const others = [...this.#adopted].filter((other) => other !== slot);
    return others.includes(best) ? best : (others[0] ?? best);
  }
}

function strangerNote(slot: Slot, admitAfterMs: number): string {
  const what = `the data of manager ${slot} is new: it stores, and nothing that it says counts`;
  const when = `it is admitted when the former data of slot ${slot} was not heard for ${admitAfterMs} ms`;
  return `${what}; ${when}, or at once with "quartet replace ${slot}"`;
}
