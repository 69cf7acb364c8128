import { type Address, type Incarnation, type Slot, slots } from "../../protocol/ids.ts";

/** Managers of the model; they come first in every list of processes, the sequencers after them. */
export const managerCount = slots.length;

/** Where each manager is reached, by slot. */
export const managerAddresses: Readonly<Record<Slot, Address>> = { 1: "m1", 2: "m2", 3: "m3", 4: "m4" };

/** The incarnation of the manager in a slot. */
export function incarnationOf(slot: Slot): Incarnation {
  return `d${slot}`.repeat(16);
}

/** Where the process of that place is reached: managers 0 to 3, then the sequencers. */
export function addressOf(process: number): Address {
  return process < managerCount ? `m${process + 1}` : `s${process - managerCount + 1}`;
}

/** True when what goes to `to` reaches a process; what a sequencer sends to all sequencers does not come back. */
export function reaches(to: string, process: number, sender: number): boolean {
  if (to === "managers") return process < managerCount;
  if (to === "sequencers") return process >= managerCount && process !== sender;
  return to === addressOf(process);
}
