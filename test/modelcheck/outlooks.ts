import type { LocalStates } from "./local-states.ts";

/** What one process may come to while all others stand still. */
export interface Outlook {
  /** States that it may come to without a word. */
  readonly silent: readonly number[];
  /** States right behind that, where it has said something more or is broken. */
  readonly spoken: readonly number[];
}

/**
 * What each process may do next, by what the others have said. What it does without a word changes nothing for anybody
 * else: it may as well do that right before it speaks the next time, so that no global state is kept in between.
 */
export class Outlooks {
  readonly #locals: LocalStates;
  readonly #known = new Map<string, Outlook>();

  constructor(locals: LocalStates) {
    this.#locals = locals;
  }

  /** Of the process at that place, which may crash so often. */
  of(ids: readonly number[], process: number, crashes: number): Outlook {
    const heard = ids.map((id, other) => (other === process ? id : this.#locals.sentToId(id, process)));
    const key = `${process} ${crashes} ${heard.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const outlook = this.#look(ids, process, crashes);
    this.#known.set(key, outlook);
    return outlook;
  }

  #look(ids: readonly number[], process: number, crashes: number): Outlook {
    const from = ids[process] as number;
    const { saidId, crashes: before } = this.#locals.state(from);
    const silent = new Set([from]);
    const spoken = new Set<number>();
    for (const at of silent) {
      // A crash that changes nothing is none.
      const { coreId } = this.#locals.state(at);
      const after = this.#locals.afterChoices(at).filter((id) => this.#locals.state(id).coreId !== coreId);
      for (const [other, id] of ids.entries()) {
        if (other !== process) after.push(...this.#locals.afterParcelsOf(at, id));
      }
      for (const id of after) {
        const state = this.#locals.state(id);
        if (state.crashes <= before + crashes) (state.saidId === saidId ? silent : spoken).add(id);
      }
    }
    return { silent: [...silent], spoken: this.#withFewestCrashes(spoken) };
  }

  /** Of states that are one but for their crashes, the one that may still crash most. */
  #withFewestCrashes(ids: ReadonlySet<number>): readonly number[] {
    const best = new Map<string, number>();
    for (const id of ids) {
      const { coreId, saidId, factsId, crashes } = this.#locals.state(id);
      const key = `${coreId} ${saidId} ${factsId}`;
      const known = best.get(key);
      if (known === undefined || crashes < this.#locals.state(known).crashes) best.set(key, id);
    }
    return [...best.values()];
  }
}
