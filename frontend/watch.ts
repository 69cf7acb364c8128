import { type InstantMs, isSlot, type Sequence, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { FrontendConfig } from "./config.ts";
import type { Emit } from "./effect.ts";
import { OrderTimes } from "./order-times.ts";

/** The last word of a process about itself, and when it came. */
export interface Seen<Status> {
  readonly status: Status;
  readonly at: InstantMs;
}

/** What a front end knows of the other processes: it asks each of them regularly, and says how old the answer is. */
export class Watch {
  readonly #config: FrontendConfig;
  readonly #managers = new Map<Slot, Seen<MessageOf<"managerStatus">>>();
  readonly #sequencers = new Map<number, Seen<MessageOf<"sequencerStatus">>>();
  readonly #times = new OrderTimes();
  #leader: Seen<MessageOf<"sequencerStatus">> | undefined;
  #askAt: InstantMs = 0;

  constructor(config: FrontendConfig) {
    this.#config = config;
  }

  /** When `poll` wants to be called. */
  get deadline(): InstantMs {
    return this.#askAt;
  }

  /** Every sequencer that was heard of. */
  get sequencers(): readonly Seen<MessageOf<"sequencerStatus">>[] {
    return [...this.#sequencers.values()];
  }

  /** The last word of the sequencer that led last: of all that ever said active the one with the highest epoch. */
  get leader(): MessageOf<"sequencerStatus"> | undefined {
    return this.#leader?.status;
  }

  /** The newest number of the order that is known, also while nobody leads, and how old that knowledge is. */
  newest(now: InstantMs): { readonly sequence: Sequence; readonly ageMs: number } | undefined {
    return this.#leader && { sequence: this.#leader.status.last, ageMs: now - this.#leader.at };
  }

  /** Milliseconds by which who has executed so much lags behind the newest number; nothing where that is not known. */
  lagMs(executed: Sequence): number | undefined {
    return this.#times.lagMs(executed);
  }

  /** The sequencer that leads now: it spoke lately, and still says active. */
  active(now: InstantMs): MessageOf<"sequencerStatus"> | undefined {
    const seen = this.#leader && this.#sequencers.get(this.#leader.status.id);
    return seen === this.#leader && this.isFresh(now, seen) ? seen?.status : undefined;
  }

  /** The last word of a manager. */
  manager(slot: Slot): Seen<MessageOf<"managerStatus">> | undefined {
    return this.#managers.get(slot);
  }

  /** False while the data of a manager is new, by its own word or that of the sequencer that leads; true when unknown. */
  isMember(now: InstantMs, slot: Slot): boolean {
    const seen = this.#managers.get(slot);
    const leader = this.active(now);
    if (seen?.status.isMember === false || leader === undefined) return seen?.status.isMember !== false;
    // A stranger may speak for the slot of a member that is well.
    const member = leader.members[slot - 1];
    if (seen !== undefined && member === seen.status.incarnation) return true;
    return !leader.strangers.includes(slot);
  }

  /** True when a process spoke within the time after which it counts as unreachable. */
  isFresh(now: InstantMs, seen: Seen<unknown> | undefined): boolean {
    return seen !== undefined && now - seen.at < this.#config.limits.silenceMs;
  }

  /** Takes a manager's word in. */
  onManager(now: InstantMs, status: MessageOf<"managerStatus">): void {
    if (isSlot(status.slot)) this.#managers.set(status.slot, { status, at: now });
  }

  /** Takes a sequencer's word in; only so many are kept: the one that is silent for longest gives way. */
  onSequencer(now: InstantMs, status: MessageOf<"sequencerStatus">): void {
    const seen = { status, at: now };
    // Behind all others, so that they stand in the order in which they spoke last.
    this.#sequencers.delete(status.id);
    this.#sequencers.set(status.id, seen);
    // One that was superseded while it was out of reach still says active.
    const isLatest = (status.epoch?.number ?? 0) >= (this.leader?.epoch?.number ?? 0);
    if (status.state === "active" && isLatest) {
      this.#leader = seen;
      this.#times.note(status.last, status.time);
    }
    if (this.#sequencers.size > this.#config.limits.sequencersMax) this.#forgetOne();
  }

  /** Asks everybody, when it is time to. */
  poll(now: InstantMs, emit: Emit): void {
    if (now < this.#askAt) return;
    this.#askAt = now + this.#config.limits.statusEveryMs;
    const message = { kind: "askStatus", replyTo: this.#config.address } as const;
    emit({ kind: "send", to: "sequencers", message });
    for (const slot of slots) emit({ kind: "send", to: this.#config.managers[slot], message });
  }

  /** Never the one that led last: it is the one that counts, and one that is new may be anybody. */
  #forgetOne(): void {
    const ids = [...this.#sequencers.keys()];
    const silentLongest = ids.find((id) => id !== this.#leader?.status.id);
    if (silentLongest !== undefined) this.#sequencers.delete(silentLongest);
  }
}
