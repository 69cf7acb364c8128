import type { Fact } from "./fact.ts";

/** Facts that a journal takes after its opening facts before it is due to be compacted. */
export const newFactsMax = 65_536;

/**
 * Every fact from an opening state on, oldest first. Facts are only appended; `reopen` alone puts a shorter journal of
 * the same fold in the place of the whole.
 */
export class Journal {
  readonly #newFactsMax: number;
  #facts: Fact[] = [];
  #openingCount = 0;

  constructor(newFactsMaxOfThis: number = newFactsMax) {
    this.#newFactsMax = newFactsMaxOfThis;
  }

  get facts(): readonly Fact[] {
    return this.#facts;
  }

  /** True when nothing happened since the opening. */
  get isOpening(): boolean {
    return this.#facts.length === this.#openingCount;
  }

  /**
   * True when compacting is due: the new facts are more than the limit and more than the opening facts. The second
   * condition keeps the cost of compacting in proportion to what happened, however large the state is.
   */
  get isOverLimit(): boolean {
    const newCount = this.#facts.length - this.#openingCount;
    return newCount > Math.max(this.#newFactsMax, this.#openingCount);
  }

  append(fact: Fact): void {
    this.#facts.push(fact);
  }

  /** Starts again from opening facts, which the journal owns from then on. */
  reopen(opening: Fact[]): void {
    this.#facts = opening;
    this.#openingCount = opening.length;
  }
}
