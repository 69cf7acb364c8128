import type { Chain } from "./chain.ts";
import type { LocalState } from "./local-state.ts";
import type { LocalStates } from "./local-states.ts";
import { managerCount } from "./model-addresses.ts";
import { type Outlook, Outlooks } from "./outlooks.ts";
import { Rules } from "./rules.ts";
import { StateTable } from "./state-table.ts";

/** How far a search has come. */
export interface Progress {
  readonly states: number;
  readonly transitions: number;
  /** States that all their successors were found of. */
  readonly done: number;
  readonly depth: number;
}

/** One process moves. */
export interface Move {
  readonly process: number;
  /** Its state behind that. */
  readonly id: number;
  /** All states then, without what is of no use any more. */
  readonly ids: readonly number[];
}

/** A rule that is broken in the global state of that row, or by what one process does silently from there. */
export interface Broken {
  readonly text: string;
  readonly row: number;
}

/**
 * Every global state that can be reached, breadth first. A global state is the tuple of the states of its processes, each
 * with all that it ever sent: a step of one process changes one of them and allows the others more, never less, and what
 * is true of it stays true. So steps of different processes can be taken in either order, and these are not looked at:
 *
 * - states in which a process has done something without a word: it does that right before it speaks (`Outlooks`);
 * - steps beside one that takes nothing from its process: all that can happen without it can happen behind it (`isGain`);
 * - messages that change nothing any more, whatever comes (`isOfUse`);
 * - states that are another one with the managers under other names (`Renaming`); a test sees that steps are the same.
 */
export class Search {
  readonly table: StateTable;
  /** Where all begin. */
  readonly root: readonly number[];
  readonly #locals: LocalStates;
  readonly #outlooks: Outlooks;
  readonly #rules: Rules;
  readonly #processes: number;
  readonly #crashesMax: number;
  #transitions = 0;
  #depth = 0;
  #depthEnd = 1;
  #done = 0;

  constructor(locals: LocalStates, chain: Chain, processes: number, crashesMax: number) {
    this.#locals = locals;
    this.#outlooks = new Outlooks(locals);
    this.#rules = new Rules(locals, chain);
    this.#processes = processes;
    this.#crashesMax = crashesMax;
    this.table = new StateTable(processes);
    this.root = Array.from({ length: processes }, (_, process) => locals.root(process));
    this.table.add(this.canonical(this.root), -1);
  }

  get progress(): Progress {
    return { states: this.table.count, transitions: this.#transitions, done: this.#done, depth: this.#depth };
  }

  /** Goes on for so many states; returns what is broken, or whether there is more. */
  run(count: number): Broken | "more" | "exhausted" {
    for (let end = this.#done + count; this.#done < end; this.#done++) {
      if (this.#done === this.table.count) return "exhausted";
      if (this.#done === this.#depthEnd) {
        this.#depth++;
        this.#depthEnd = this.table.count;
      }
      const text = this.#expand(this.#done);
      if (text !== undefined) return { text, row: this.#done };
    }
    return "more";
  }

  /** The global states that one step leads to; one alone where nothing else has to be looked at. */
  successors(ids: readonly number[]): readonly Move[] {
    const moves: Move[] = [];
    for (let process = 0; process < this.#processes; process++) {
      const before = this.#locals.state(ids[process] as number);
      for (const id of this.outlook(ids, process).spoken) {
        const state = this.#locals.state(id);
        const after = this.#trimmed(ids.with(process, id));
        // What it said is of no use to anybody.
        if (after[process] === ids[process]) continue;
        const move = { process, id, ids: after };
        if (isGain(before, state)) return [move];
        moves.push(move);
      }
    }
    return moves;
  }

  /** The one of all renamings of a state that stands for them. */
  canonical(ids: readonly number[]): readonly number[] {
    let best = [...ids];
    let renamed: number[] = new Array(this.#processes);
    for (let renaming = 1; renaming < this.#locals.renamingCount; renaming++) {
      for (let process = 0; process < this.#processes; process++) {
        const place = process < managerCount ? this.#locals.placeRenamed(renaming, process) : process;
        renamed[place] = this.#locals.renamed(renaming, ids[process] as number);
      }
      if (isBefore(renamed, best)) [best, renamed] = [renamed, best];
    }
    return best;
  }

  /** What a process may come to by itself, where all stand like that. */
  outlook(ids: readonly number[], process: number): Outlook {
    const crashesLeft = ids.reduce((left, id) => left - this.#locals.state(id).crashes, this.#crashesMax);
    return this.#outlooks.of(ids, process, crashesLeft);
  }

  /** The states of all processes in the global state of that row. */
  read(row: number): readonly number[] {
    const ids: number[] = [];
    this.table.read(row, ids);
    return ids;
  }

  #expand(row: number): string | undefined {
    const ids = this.read(row);
    for (const { ids: after } of this.successors(ids)) {
      this.#transitions++;
      this.table.add(this.canonical(after), row);
    }
    return this.#rules.brokenBy(ids.map((_, process) => this.outlook(ids, process)));
  }

  #trimmed(ids: readonly number[]): readonly number[] {
    return ids.map((id) => this.#locals.trimmed(id, ids));
  }
}

/** True for a step that takes nothing from the process: it remembers the same, or only leads from now on. */
function isGain(before: LocalState, after: LocalState): boolean {
  const isSame = after.coreId === before.coreId && after.crashes === before.crashes;
  return isSame || (after.isSettled && !before.isSettled);
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < a.length; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
