import { type InstantMs, isSlot, type Slot, slots } from "../protocol/ids.ts";
import type { MessageOf } from "../protocol/message.ts";
import type { FrontendConfig } from "./config.ts";
import type { Emit } from "./effect.ts";

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

  /** The last word of a manager. */
  manager(slot: Slot): Seen<MessageOf<"managerStatus">> | undefined {
    return this.#managers.get(slot);
  }

  /** True when a process spoke within the time after which it counts as unreachable. */
  isFresh(now: InstantMs, seen: Seen<unknown> | undefined): boolean {
    return seen !== undefined && now - seen.at < this.#config.limits.silenceMs;
  }

  /** Takes a manager's word in. */
  onManager(now: InstantMs, status: MessageOf<"managerStatus">): void {
    if (isSlot(status.slot)) this.#managers.set(status.slot, { status, at: now });
  }

  /** Takes a sequencer's word in; only as many are kept as are configured. */
  onSequencer(now: InstantMs, status: MessageOf<"sequencerStatus">): void {
    const isKnown = this.#sequencers.has(status.id) || this.#sequencers.size < this.#config.sequencers.length;
    if (isKnown) this.#sequencers.set(status.id, { status, at: now });
  }

  /** Asks everybody, when it is time to. */
  poll(now: InstantMs, emit: Emit): void {
    if (now < this.#askAt) return;
    this.#askAt = now + this.#config.limits.statusEveryMs;
    const message = { kind: "askStatus", replyTo: this.#config.address } as const;
    for (const address of this.#config.sequencers) emit({ kind: "send", to: address, message });
    for (const slot of slots) emit({ kind: "send", to: this.#config.managers[slot], message });
  }
}
