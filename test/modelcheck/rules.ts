import type { Chain } from "./chain.ts";
import { type Fact, keyOfFact } from "./facts.ts";
import { brokenClaim, brokenRule } from "./invariants.ts";
import type { LocalStates } from "./local-states.ts";
import { managerCount } from "./model-addresses.ts";
import type { Outlook } from "./outlooks.ts";

/** Looks whether a rule is broken in a global state, and remembers the answers. */
export class Rules {
  readonly #locals: LocalStates;
  readonly #chain: Chain;
  readonly #answers = new Map<string, string>();

  constructor(locals: LocalStates, chain: Chain) {
    this.#locals = locals;
    this.#chain = chain;
  }

  /**
   * What is broken in a global state, or once each process has done all that it can do without a word: no two of those
   * hinder each other, so that all of it may be true together.
   */
  brokenBy(looks: readonly Outlook[]): string | undefined {
    for (const { spoken } of looks) {
      for (const id of spoken) {
        const { broken } = this.#locals.state(id);
        if (broken !== undefined) return broken;
      }
    }
    const silent = looks.map((look) => look.silent);
    return this.#brokenRule(silent) ?? this.#brokenClaim(silent);
  }

  #brokenRule(silent: readonly (readonly number[])[]): string | undefined {
    const key = silent
      .map((ids) => this.#factsKey(ids))
      .sort()
      .join(" ");
    return this.#remember(key, () =>
      brokenRule(
        silent.map((ids) => this.#facts(ids)),
        this.#chain,
      ),
    );
  }

  #brokenClaim(silent: readonly (readonly number[])[]): string | undefined {
    const sequencers = silent.slice(managerCount);
    const known = sequencers.map((ids) => this.#factsKey(ids)).join(" ");
    for (const id of silent.slice(0, managerCount).flat()) {
      const { claim } = this.#locals.state(id);
      if (claim === undefined) continue;
      const { epoch, last, digest } = claim;
      const key = `claim ${epoch.number} ${epoch.nonce} ${last} ${digest} ${known}`;
      const text = this.#remember(key, () =>
        brokenClaim(
          claim,
          sequencers.map((ids) => this.#facts(ids)),
          this.#chain,
        ),
      );
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #remember(key: string, answer: () => string | undefined): string | undefined {
    const known = this.#answers.get(key);
    if (known !== undefined) return known || undefined;
    const text = answer();
    this.#answers.set(key, text ?? "");
    return text;
  }

  #factsKey(ids: readonly number[]): string {
    return [...new Set(ids.map((id) => this.#locals.state(id).factsId))].sort((a, b) => a - b).join();
  }

  /** Each fact of a process once. */
  #facts(ids: readonly number[]): readonly Fact[] {
    const facts = new Map<string, Fact>();
    for (const id of ids) for (const fact of this.#locals.state(id).facts) facts.set(keyOfFact(fact), fact);
    return [...facts.values()];
  }
}
