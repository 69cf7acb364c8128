import { Chance } from "../protocol/chance.ts";
import { type Epoch, type InstantMs, otherSlots, type Sequence } from "../protocol/ids.ts";
import type { Destination } from "../protocol/role.ts";
import type { ManagerConfig } from "./config.ts";
import type { Emit } from "./effect.ts";

/** When to ask for entries that are missing, and whom: the sequencers first, then a peer in turn as well. */
export class GapWatch {
  readonly #config: ManagerConfig;
  readonly #chance: Chance;
  #askAt: InstantMs = Number.POSITIVE_INFINITY;
  #askedBehind: Sequence = -1;
  #tries = 0;
  #isLong = false;

  constructor(config: ManagerConfig) {
    this.#config = config;
    this.#chance = new Chance(config.seed);
  }

  /** When to ask next. */
  get deadline(): InstantMs {
    return this.#askAt;
  }

  /** Times that the same gap was asked for again. */
  get tries(): number {
    return this.#tries;
  }

  /** True for a gap that is fetched in runs: a long one, or one that stays open. */
  get isLong(): boolean {
    return this.#isLong;
  }

  /** So many entries are known to be missing. */
  open(now: InstantMs, missing: number): void {
    this.#isLong ||= missing > this.#config.limits.resendEntriesMax;
    if (this.#askAt === Number.POSITIVE_INFINITY) {
      this.#askAt = now + this.#chance.between(...this.#config.limits.resendJitterMs);
    }
  }

  /** Nothing is missing, or nothing can be taken. */
  close(): void {
    this.#askAt = Number.POSITIVE_INFINITY;
    this.#tries = 0;
    this.#isLong = false;
  }

  /** Asks for the entries behind `last`, up to `to`. */
  ask(now: InstantMs, last: Sequence, to: Sequence, epoch: Epoch, emit: Emit): void {
    this.#tries = this.#askedBehind === last ? this.#tries + 1 : 0;
    this.#askedBehind = last;
    this.#askAt = now + this.#config.limits.resendRetryMs;
    this.#isLong ||= this.#tries > this.#config.limits.resendTriesMax;
    const message = { kind: "resend", epoch, from: last + 1, to, replyTo: this.#config.address } as const;
    for (const to of this.#sources()) emit({ kind: "send", to, message });
  }

  #sources(): readonly Destination[] {
    if (this.#tries < 2) return ["sequencers"];
    const peers = otherSlots(this.#config.slot);
    const peer = peers[this.#tries % peers.length];
    return peer === undefined ? [] : ["sequencers", this.#config.managers[peer]];
  }
}
