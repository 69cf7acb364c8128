import { hiddenPrefix } from "./opened-cores.ts";

/** How a core is read. */
export interface Reading {
  /** Names of fields that decide nothing within the bounds. */
  readonly omitted: ReadonlySet<string>;
  /** The clock of the process: what is past is past, however long. */
  readonly now: number;
}

/**
 * Everything that an opened core remembers, as text: equal texts mean that it does the same from here on. Instants
 * (fields that end in `At`) are told from the clock of the process, and all past ones are one.
 */
export function fingerprint(value: unknown, reading: Reading, field = ""): string {
  switch (typeof value) {
    case "function":
      throw new TypeError(`what waits in ${field} cannot be compared`);
    case "number":
      return field.endsWith("At") && field !== "issuedAt" ? String(Math.max(0, value - reading.now)) : String(value);
    case "object":
      return value === null ? "-" : printObject(value, reading, field);
    default:
      return JSON.stringify(value) ?? "-";
  }
}

function printObject(value: object, reading: Reading, field: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => fingerprint(item, reading, field)).join()}]`;
  // In the order in which they came in: that is how a core goes through them.
  if (value instanceof Map || value instanceof Set) return `(${fingerprint([...value], reading, field)})`;
  const parts: string[] = [];
  for (const name of Object.keys(value).sort()) {
    if (reading.omitted.has(name)) continue;
    const print = fingerprint((value as Record<string, unknown>)[name], reading, name);
    parts.push(`${name.startsWith(hiddenPrefix) ? name.slice(hiddenPrefix.length) : name}:${print}`);
  }
  return `{${parts.join()}}`;
}
