import { Chance } from "../../protocol/chance.ts";

/** What draws numbers of its own: so that a fault that is left out leaves the calls of the clients as they were. */
export type Stream = "profile" | "schedule" | "network" | "disk" | "process" | "replica" | "workload" | "faults";

const numbers: Readonly<Record<Stream, number>> = {
  profile: 1,
  schedule: 2,
  network: 3,
  disk: 4,
  process: 5,
  replica: 6,
  workload: 7,
  faults: 8,
};

/** The stream of random numbers of one part of one run; `index` tells apart parts of one kind. */
export function streamOf(seed: number, stream: Stream, index = 0): Chance {
  const chance = new Chance(Math.imul(seed, 0x9e3779b1) ^ Math.imul(numbers[stream] * 64 + index + 1, 0x85ebca6b));
  // Close seeds give close first numbers.
  for (let skipped = 0; skipped < 8; skipped++) chance.u32();
  return chance;
}

/** One of the items. */
export function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[chance.between(0, items.length - 1)] as Item;
}
