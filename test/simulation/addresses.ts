import { type Address, type Slot, slots } from "../../protocol/ids.ts";

/** Where the manager of a slot is reached. */
export const managerAddress = (slot: Slot): Address => `manager-${slot}:1`;

/** Where a sequencer is reached. */
export const sequencerAddress = (id: number): Address => `sequencer-${id}:1`;

/** Where a front end is reached. */
export const frontendAddress = (id: number): Address => `frontend-${id}:1`;

/** Where the test itself asks from; nothing of that goes through the network. */
export const testerAddress: Address = "tester:1";

/** Ids of the sequencers; the highest ranks first. */
export const sequencerIds = [1, 2] as const;

/** Ids of the front ends. */
export const frontendIds = [1, 2] as const;

/** Every manager, by slot. */
export const managerAddresses = {
  1: managerAddress(1),
  2: managerAddress(2),
  3: managerAddress(3),
  4: managerAddress(4),
} as const;

/** Everybody. */
export const allAddresses: readonly Address[] = [
  ...slots.map(managerAddress),
  ...sequencerIds.map(sequencerAddress),
  ...frontendIds.map(frontendAddress),
];
