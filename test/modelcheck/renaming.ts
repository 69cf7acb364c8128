import { isSlot, type Slot, slots } from "../../protocol/ids.ts";
import type { Message } from "../../protocol/message.ts";
import { addressOf, incarnationOf, managerCount } from "./model-addresses.ts";
import type { LocalInput } from "./process.ts";

/** The managers under other slots: what one does, another does in the same way. */
export class Renaming {
  readonly #slots: readonly Slot[];
  readonly #words: ReadonlyMap<string, string>;

  /** `to` are the new slots, by the old ones from slot 1. */
  constructor(to: readonly Slot[]) {
    this.#slots = to;
    const words = new Map<string, string>();
    for (const [index, slot] of to.entries()) {
      words.set(addressOf(index), addressOf(slot - 1));
      words.set(incarnationOf(slots[index] as Slot), incarnationOf(slot));
    }
    this.#words = words;
  }

  /** The new place of a process; the sequencers stay. */
  process(process: number): number {
    return process < managerCount ? (this.#slots[process] as Slot) - 1 : process;
  }

  /** An address or an incarnation of a manager renamed, and anything else as it is. */
  word(word: string): string {
    return this.#words.get(word) ?? word;
  }

  /** A message with all that it says of managers renamed. */
  message(message: Message): Message {
    return this.#rename(message, "") as Message;
  }

  /** What happens, with every slot, address and incarnation of a manager renamed. */
  input(input: LocalInput): LocalInput {
    return this.#rename(input, "") as LocalInput;
  }

  #rename(value: unknown, field: string): unknown {
    if (typeof value === "string") return this.#words.get(value) ?? value;
    if (field === "slot" && isSlot(value)) return this.#slots[value - 1];
    if (typeof value !== "object" || value === null) return value;
    if (!Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.#rename(inner, name)]));
    }
    const renamed = value.map((inner) => this.#rename(inner, ""));
    if (field !== "members") return renamed;
    const members: unknown[] = [];
    for (const [index, member] of renamed.entries()) members[(this.#slots[index] as Slot) - 1] = member;
    return members;
  }
}

/** Every renaming of the four managers, the one that changes nothing first. */
export function allRenamings(): readonly Renaming[] {
  return permutations(slots).map((to) => new Renaming(to));
}

function permutations(items: readonly Slot[]): readonly (readonly Slot[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first) => permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]));
}
