import type { CanonicalState } from "../contract.ts";
import { canonicalState } from "./canonical-state.ts";
import type { Fact } from "./fact.ts";
import { FoldedViews } from "./fold.ts";
import { Journal, newFactsMax } from "./journal.ts";
import { openingOfState, openingOfViews } from "./opening.ts";
import type { Views } from "./views.ts";

/**
 * The journal and its views, kept together: at every time the views are the fold of the journal. `record` is the only
 * way to change anything.
 */
export class Ledger {
  readonly #journal: Journal;
  #views = new FoldedViews();

  /** The limit is of new facts, see `Journal`; a small one makes compaction frequent. */
  constructor(newFactsMaxOfThis: number = newFactsMax) {
    this.#journal = new Journal(newFactsMaxOfThis);
  }

  get views(): Views {
    return this.#views;
  }

  get facts(): readonly Fact[] {
    return this.#journal.facts;
  }

  /** Appends the facts of one change, in their order, and folds them into the views. */
  record(...facts: readonly Fact[]): void {
    this.recordAll(facts);
  }

  /** As `record`, for a change of many facts. */
  recordAll(facts: readonly Fact[]): void {
    for (const fact of facts) {
      this.#journal.append(fact);
      this.#views.fold(fact);
    }
    if (this.#journal.isOverLimit) this.#journal.reopen(openingOfViews(this.#views));
  }

  /** The canonical state now; the journal shrinks to the opening facts of that state. */
  exportState(): CanonicalState {
    const state = canonicalState(this.#views);
    if (!this.#journal.isOpening) this.#journal.reopen(openingOfState(state));
    return state;
  }

  /** Begins again from a canonical state: its opening facts are the journal, their fold the views. */
  importState(state: CanonicalState): void {
    const opening = openingOfState(state);
    const views = new FoldedViews();
    for (const fact of opening) views.fold(fact);
    this.#journal.reopen(opening);
    this.#views = views;
  }
}
