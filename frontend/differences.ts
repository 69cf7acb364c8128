import type { Slot } from "../protocol/ids.ts";

/** One field in which answers differ, with what each manager says there; `undefined` where it has no such field. */
export interface Difference {
  /** Where in the answer: `available`, `shows[3].capacity`; empty for the whole. */
  readonly field: string;
  readonly values: readonly { readonly slot: Slot; readonly value: unknown }[];
}

interface Given {
  readonly slot: Slot;
  readonly value: unknown;
}

const differencesMax = 50;

/** Compares the answers field by field: the first differences in order, and whether there are more. */
export function findDifferences(given: readonly Given[]): {
  readonly differences: readonly Difference[];
  readonly hasMore: boolean;
} {
  const found: Difference[] = [];
  collect("", given, found);
  return { differences: found.slice(0, differencesMax), hasMore: found.length > differencesMax };
}

/** Ends with the first that is too many. */
function collect(field: string, given: readonly Given[], found: Difference[]): void {
  if (found.length > differencesMax) return;
  const texts = new Set(given.map(({ value }) => JSON.stringify(value)));
  if (texts.size <= 1) return;
  const areLists = given.every(({ value }) => Array.isArray(value));
  const areObjects = !areLists && given.every(({ value }) => isObject(value));
  if (!areLists && !areObjects) {
    found.push({ field, values: given });
    return;
  }
  const keys = new Set(given.flatMap(({ value }) => Object.keys(value as object)));
  for (const key of keys) {
    const inside = given.map(({ slot, value }) => ({ slot, value: (value as Record<string, unknown>)[key] }));
    collect(areLists ? `${field}[${key}]` : memberOf(field, key), inside, found);
  }
}

function memberOf(field: string, key: string): string {
  return field === "" ? key : `${field}.${key}`;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
