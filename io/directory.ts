import { assert } from "../protocol/assert.ts";
import { type Address, isSlot, type Slot, slots } from "../protocol/ids.ts";
import type { Destination } from "../protocol/role.ts";

/** Where processes are that are known from the start. */
export interface KnownPlaces {
  readonly managers?: Partial<Readonly<Record<Slot, Address>>>;
  /** From id 1. */
  readonly sequencers?: readonly Address[];
}

/** The name by which every core speaks to the manager of a slot, wherever it runs. */
export function managerName(slot: Slot): Address {
  return `manager-${slot}`;
}

/** The name of every manager, by slot. */
export const managerNames: Readonly<Record<Slot, Address>> = {
  1: managerName(1),
  2: managerName(2),
  3: managerName(3),
  4: managerName(4),
};

const slotsByName: ReadonlyMap<Destination, Slot> = new Map(slots.map((slot) => [managerNames[slot], slot]));

/** Where the processes of a cluster are reached: as configured, and as they make themselves known. */
export class Directory {
  readonly #managers = new Map<Slot, Address>();
  readonly #sequencers = new Map<number, Address>();
  readonly #sequencersMax: number;

  constructor({ managers = {}, sequencers = [] }: KnownPlaces, sequencersMax: number) {
    this.#sequencersMax = sequencersMax;
    assert(sequencers.length <= sequencersMax, "no more sequencers are configured than a process knows of");
    for (const slot of slots) this.noteManager(slot, managers[slot]);
    for (const [at, address] of sequencers.entries()) this.noteSequencer(1 + at, address);
  }

  /** Addresses of the managers that are known, in the order of their slots. */
  get managers(): readonly Address[] {
    return slots.flatMap((slot) => this.#managers.get(slot) ?? []);
  }

  /** Sequencers that are known, by id. */
  get sequencers(): ReadonlyMap<number, Address> {
    return this.#sequencers;
  }

  /** Takes note of where a manager is; a slot has one manager. */
  noteManager(slot: number, address: Address | undefined): void {
    if (isSlot(slot) && address !== undefined) this.#managers.set(slot, address);
  }

  /** Takes note of where a sequencer is; returns false when there are too many. */
  noteSequencer(id: number, address: Address): boolean {
    if (!this.#sequencers.has(id) && this.#sequencers.size >= this.#sequencersMax) return false;
    this.#sequencers.set(id, address);
    return true;
  }

  /** Counts a sequencer no longer. */
  forgetSequencer(id: number): void {
    this.#sequencers.delete(id);
  }

  /** How many sequencers rank above the one with this id. */
  ranksAbove(id: number): number {
    return [...this.#sequencers.keys()].filter((other) => other > id).length;
  }

  /** The addresses that a destination stands for: none for a process that nobody knows. */
  resolve(to: Destination): readonly Address[] {
    if (to === "managers") return this.managers;
    if (to === "sequencers") return [...this.#sequencers.values()];
    const slot = slotsByName.get(to);
    if (slot === undefined) return [to];
    const address = this.#managers.get(slot);
    return address === undefined ? [] : [address];
  }
}
