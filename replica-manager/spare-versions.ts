import { assert } from "../protocol/assert.ts";
import type { Slot } from "../protocol/ids.ts";

/** The versions that a manager works through: its own first, then those that stand behind it in the list, once each. */
export function versionsFrom(bySlot: readonly string[], slot: Slot): readonly string[] {
  const own = bySlot[slot - 1];
  assert(own !== undefined, "each slot has a version to start with");
  return [...new Set([own, ...bySlot.slice(slot), ...bySlot])];
}
