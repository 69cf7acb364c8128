import type { Fault } from "./fault.ts";

const everyMs = 32;
/** Eight bytes each: 8 MiB a tick, 250 MiB a second. */
const numbersPerTick = 1_048_576;

/**
 * Holds 250 MiB more each second, whether requests come or not, until its process has no more room: what it holds lies in
 * the heap, whose size its manager limits. What was held is free again when the fault is cleared.
 */
export const memory: Fault = {
  kind: "ticks",
  everyMs,
  makeTick: () => {
    const held: (readonly number[])[] = [];
    return () => {
      // Fractions: whole numbers would be looked through by each garbage collection, which then lasts for seconds.
      held.push(new Array<number>(numbersPerTick).fill(0.5));
    };
  },
};
