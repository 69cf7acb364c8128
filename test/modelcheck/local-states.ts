import { assert } from "../../protocol/assert.ts";
import { type Fact, keyOfFact } from "./facts.ts";
import { type Beginning, impossible, type LocalState } from "./local-state.ts";
import { reaches } from "./model-addresses.ts";
import { Parcels } from "./parcels.ts";
import type { Living, LocalInput, Said } from "./process.ts";
import { allRenamings, type Renaming } from "./renaming.ts";
import { isOfUse } from "./stage.ts";

/**
 * The states of each process by itself, found once and kept: the core is run only for an input that is new to a state.
 * To look at a state again its process is made anew and led along the shortest way that was found to it.
 */
export class LocalStates {
  readonly #beginning: Beginning;
  readonly #parcels = new Parcels();
  readonly #states: LocalState[] = [];
  readonly #byFingerprint = new Map<string, number>();
  readonly #roots: number[] = [];
  readonly #delivered: Map<number, number>[] = [];
  readonly #chosen: (readonly number[] | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #renamings = allRenamings();
  readonly #renamed = this.#renamings.map((): number[] => []);
  readonly #sentTo = new Map<string, number>();
  /** What an input does to a core. */
  readonly #outcomes = new Map<string, string>();
  readonly #trims = new Map<string, number>();
  readonly #forgets: boolean;
  #steps = 0;

  /** `forgets` is true where parcels that are of no use are left out. */
  constructor(beginning: Beginning, forgets: boolean) {
    this.#beginning = beginning;
    this.#forgets = forgets;
  }

  /** Inputs that a core was given, repetitions not counted. */
  get steps(): number {
    return this.#steps;
  }

  /** How many ways there are to name the managers. */
  get renamingCount(): number {
    return this.#renamings.length;
  }

  /** The state of that number. */
  state(id: number): LocalState {
    return this.#states[id] as LocalState;
  }

  /** Where a process begins. */
  root(process: number): number {
    const known = this.#roots[process];
    if (known !== undefined) return known;
    let id = this.#firstOf(process);
    for (const input of this.#beginning.opening(process)) id = this.after(id, input);
    this.#roots[process] = id;
    return id;
  }

  /** The states that the parcels of one state of another process lead to. */
  afterParcelsOf(id: number, sender: number): readonly number[] {
    const { process } = this.state(id);
    const from = this.state(sender);
    const after = new Set<number>();
    for (const parcelId of from.sent) {
      const { to, content } = this.#parcels.parcel(parcelId);
      if (reaches(to, process, from.process)) after.add(this.#afterContent(id, content));
    }
    after.delete(impossible);
    after.delete(id);
    return [...after];
  }

  /** A number for what a state has sent to a process: equal ones mean the same. */
  sentToId(id: number, process: number): number {
    const key = `${id} ${process}`;
    const known = this.#sentTo.get(key);
    if (known !== undefined) return known;
    const { sent, process: sender } = this.state(id);
    const contents = sent
      .map((parcelId) => this.#parcels.parcel(parcelId))
      .filter(({ to }) => reaches(to, process, sender));
    const result = this.#numberOf(`to ${contents.map(({ content }) => content).join()}`);
    this.#sentTo.set(key, result);
    return result;
  }

  /** The states that its own choices lead to. */
  afterChoices(id: number): readonly number[] {
    const known = this.#chosen[id];
    if (known !== undefined) return known;
    const after = new Set(this.state(id).choices.map((input) => this.after(id, input)));
    after.delete(impossible);
    after.delete(id);
    const result = [...after];
    this.#chosen[id] = result;
    return result;
  }

  /** The state that an input leads to. */
  after(id: number, input: LocalInput): number {
    if (input.kind === "deliver") return this.#afterContent(id, this.#parcels.contentOf(input.message));
    return this.#step(id, input, JSON.stringify(input));
  }

  /** The place of a process under the renaming of that index. */
  placeRenamed(renaming: number, process: number): number {
    return this.#renamings[renaming]?.process(process) ?? process;
  }

  /** The same state under the renaming of that index. */
  renamed(renaming: number, id: number): number {
    const table = this.#renamed[renaming] as number[];
    const known = table[id];
    if (known !== undefined) return known;
    const { from, process, whole, sent } = this.state(id);
    const names = this.#renamings[renaming];
    if (names === undefined) throw new RangeError(`no renaming ${renaming}`);
    const rename = () => {
      if (whole !== undefined) {
        const parcels = sent.map((parcelId) => this.#renamedParcel(names, parcelId));
        return this.#withSent(this.renamed(renaming, whole), parcels);
      }
      if (from === undefined) return this.#firstOf(names.process(process));
      return this.after(this.renamed(renaming, from.id), names.input(from.input));
    };
    const result = rename();
    table[id] = result;
    return result;
  }

  /** True when every step that was taken is one under another naming of the managers too. */
  isSymmetric(): boolean {
    return [...this.#delivered.entries()].every(([id, delivered]) =>
      [...delivered].every(([content, next]) =>
        this.#isAlike((id + content) % this.#renamings.length, id, content, next),
      ),
    );
  }

  #isAlike(renaming: number, id: number, content: number, next: number): boolean {
    const names = this.#renamings[renaming] as Renaming;
    const renamed = this.#afterContent(
      this.renamed(renaming, id),
      this.#parcels.contentOf(names.message(this.#parcels.message(content))),
    );
    return renamed === (next === impossible ? impossible : this.renamed(renaming, next));
  }

  /** The input that leads from one state to another, where the other processes are in those states. */
  inputBetween(id: number, next: number, others: readonly number[]): LocalInput | undefined {
    const { choices, process } = this.state(id);
    for (const input of choices) if (this.after(id, input) === next) return input;
    for (const other of others) {
      const { sent, process: sender } = this.state(other);
      for (const { to, message } of sent.map((parcelId) => this.#parcels.parcel(parcelId))) {
        const input = { kind: "deliver", message } as const;
        if (sender !== process && reaches(to, process, sender) && this.after(id, input) === next) return input;
      }
    }
    return undefined;
  }

  /** How the process stands in that state. */
  describe(id: number): string {
    return this.#relive(id).describe();
  }

  /** The same state without those parcels that are of no use to anybody else any more; the others are at those stages. */
  trimmed(id: number, ids: readonly number[]): number {
    const key = `${id} ${ids.map((other) => this.state(other).stageId).join()}`;
    const known = this.#trims.get(key);
    if (known !== undefined) return known;
    if (!this.#forgets) return id;
    const { sent, process, stage } = this.state(id);
    const kept = sent.filter((parcelId) => {
      const { to, message } = this.#parcels.parcel(parcelId);
      return ids.some((other, at) => reaches(to, at, process) && isOfUse(message, this.state(other).stage, stage));
    });
    const result = kept.length === sent.length ? id : this.#withSent(id, kept);
    this.#trims.set(key, result);
    return result;
  }

  #withSent(id: number, sent: readonly number[]): number {
    const state = this.state(id);
    const ids = [...sent].sort((a, b) => a - b);
    const saidId = this.#numberOf(`said ${ids.join()}`);
    return this.#add(`${state.coreId} ${saidId} ${state.factsId} ${state.crashes}`, {
      ...state,
      sent: ids,
      saidId,
      whole: id,
    });
  }

  #renamedParcel(names: Renaming, parcelId: number): number {
    const { to, message } = this.#parcels.parcel(parcelId);
    return this.#parcels.idOf(names.word(to), names.message(message));
  }

  /** A process behind its script. */
  #firstOf(process: number): number {
    return this.#intern(process, undefined, this.#born(process), []);
  }

  #afterContent(id: number, content: number): number {
    const delivered = this.#delivered[id] as Map<number, number>;
    const known = delivered.get(content);
    if (known !== undefined) return known;
    const input = { kind: "deliver", message: this.#parcels.message(content) } as const;
    const result = this.#step(id, input, String(content));
    delivered.set(content, result);
    return result;
  }

  #step(id: number, input: LocalInput, inputKey: string): number {
    const state = this.state(id);
    if (state.broken !== undefined) return impossible;
    this.#steps++;
    const living = this.#relive(id);
    const from = { id, input, key: inputKey };
    const origin = `${state.coreId} ${inputKey}`;
    let said: readonly Said[] | undefined;
    try {
      said = living.take(input, origin);
    } catch (error) {
      return this.#internBroken(state, from, String(error));
    }
    if (said === undefined) return impossible;
    const parcels = said.map(({ to, message }) => this.#parcels.idOf(to, message));
    const next = this.#intern(state.process, from, living, [...new Set([...state.sent, ...parcels])]);
    this.#expectAlike(origin, `${this.state(next).coreId} ${parcels.join()}`);
    return next;
  }

  /** Many states have one core, each come there another way: what that does must depend on nothing that is left out. */
  #expectAlike(origin: string, outcome: string): void {
    const known = this.#outcomes.get(origin) ?? outcome;
    assert(known === outcome, "what goes on in different ways is not taken for one state");
    this.#outcomes.set(origin, outcome);
  }

  #relive(id: number): Living {
    const way: LocalState[] = [];
    let state = this.state(id);
    for (; state.from !== undefined; state = this.state(state.from.id)) way.push(state);
    const living = this.#born(state.process);
    for (const { from } of way.toReversed()) {
      if (from !== undefined) living.take(from.input, `${this.state(from.id).coreId} ${from.key}`);
    }
    return living;
  }

  #born(process: number): Living {
    const living = this.#beginning.make(process);
    for (const [index, input] of this.#beginning.script(process).entries()) living.take(input, `root ${index}`);
    return living;
  }

  #intern(process: number, from: LocalState["from"], living: Living, parcels: readonly number[]): number {
    const sent = parcels.toSorted((a, b) => a - b);
    const { facts, crashes, choices, claim, isSettled, stage } = living;
    const factsId = this.#factsId(facts);
    const coreId = this.#numberOf(`core ${process} ${living.fingerprint()}`);
    const saidId = this.#numberOf(`said ${sent.join()}`);
    const stageId = this.#numberOf(`stage ${JSON.stringify(stage)}`);
    const now = { crashes, choices, claim, isSettled, stage, stageId, broken: undefined, whole: undefined };
    const state = { process, from, sent, facts, factsId, coreId, saidId, ...now };
    return this.#add(`${coreId} ${saidId} ${factsId} ${crashes}`, state);
  }

  #internBroken(before: LocalState, from: LocalState["from"], broken: string): number {
    const { process, sent, facts, factsId, crashes, stage, stageId } = before;
    const coreId = this.#numberOf(`broken ${broken}`);
    const saidId = this.#numberOf(`broken ${sent.join()}`);
    const now = { crashes, choices: [], claim: undefined, isSettled: false, stage, stageId, broken, whole: undefined };
    const state = { process, from, sent, facts, factsId, coreId, saidId, ...now };
    return this.#add(`${process} ${coreId} ${saidId} ${factsId}`, state);
  }

  #add(print: string, state: LocalState): number {
    const known = this.#byFingerprint.get(print);
    if (known !== undefined) return known;
    const id = this.#states.push(state) - 1;
    this.#delivered.push(new Map());
    this.#byFingerprint.set(print, id);
    return id;
  }

  #factsId(facts: readonly Fact[]): number {
    return this.#numberOf(`facts ${facts.map(keyOfFact).sort().join()}`);
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}
