import { Chance } from "../protocol/chance.ts";
import type { InstantMs } from "../protocol/ids.ts";
import type { SequencerConfig } from "./config.ts";

/**
 * How long a sequencer waits before it asks for an epoch, and how long it then lets the managers take. The higher its
 * rank, the sooner it asks; after each failure it waits longer, so that another one, or slow disks, get their time.
 */
export class Patience {
  readonly #config: SequencerConfig;
  readonly #chance: Chance;
  #failures = 0;
  #ranksAbove: number;
  /** The one that led last, by its own word. */
  #leader: number | undefined;

  constructor(config: SequencerConfig) {
    this.#config = config;
    this.#chance = new Chance(config.seed);
    this.#ranksAbove = config.ranksAbove;
  }

  /** So many other sequencers have a higher rank from now on. */
  rank(above: number): void {
    this.#ranksAbove = above;
  }

  /** Milliseconds for the promises of one campaign, and then for its adoptions. */
  get stepMsMax(): number {
    return this.#config.limits.electionMs * 2 ** this.#failures;
  }

  /** That sequencer leads. */
  hear(leader: number): void {
    this.#leader = leader;
  }

  /** When to ask, if nobody is heard from now on. */
  afterSign(now: InstantMs): InstantMs {
    const { sequencerSilenceMs, rankDelayMs } = this.#config.limits;
    return now + sequencerSilenceMs + this.#rankMs + this.#chance.between(0, rankDelayMs >> 1);
  }

  /** When to ask after the one that led said that it ends. */
  afterResignation(now: InstantMs): InstantMs {
    return now + this.#rankMs + this.#chance.between(0, this.#config.limits.electionRetryMs);
  }

  /** When to ask again after a campaign in vain. */
  afterFailure(now: InstantMs): InstantMs {
    return now + this.#rankMs + this.#chance.between(this.#config.limits.electionRetryMs, this.stepMsMax);
  }

  /** A campaign took too long although it had begun in earnest. */
  lose(): void {
    this.#failures = Math.min(this.#failures + 1, this.#config.limits.electionDoublingsMax);
  }

  /** Somebody leads. */
  reset(): void {
    this.#failures = 0;
  }

  /** Whoever ranks above gets its time first; the one that led is what everybody misses, and is not waited for. */
  get #rankMs(): number {
    const isLeaderAbove = this.#leader !== undefined && this.#leader > this.#config.id;
    return Math.max(0, this.#ranksAbove - (isLeaderAbove ? 1 : 0)) * this.#config.limits.rankDelayMs;
  }
}
