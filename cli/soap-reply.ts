const numbers: ReadonlySet<string> = new Set([
  "sequence",
  "executedSequence",
  "capacity",
  "available",
  "held",
  "heldOld",
  "heldNew",
  "availableOld",
  "availableNew",
  "numberOfTickets",
]);

/** The lists of the contract: the name of the wrapper, and of its items. */
const lists: Readonly<Record<string, string>> = { moved: "move", dropped: "drop", shows: "show", bookings: "booking" };

/**
 * Reads the body that the SOAP client took apart: numbers become numbers and wrappers lists, whatever the client made
 * of them. An answer without `outcome` or `sequence` gives `undefined`.
 */
export function readReply(body: unknown): Readonly<Record<string, unknown>> | undefined {
  const reply = readFields(body);
  const isReply = typeof reply["outcome"] === "string" && Number.isSafeInteger(reply["sequence"]);
  return isReply ? reply : undefined;
}

/** The field of an object, if it is one. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function readFields(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, readField(name, field)]));
}

function readField(name: string, value: unknown): unknown {
  const item = lists[name];
  if (item !== undefined) return itemsOf(fieldOf(value, item)).map(readFields);
  if (numbers.has(name)) return Number(value);
  if (name === "created") return value === true || value === "true" || value === "1";
  return value;
}

/** The client gives one item as itself and none as nothing. */
function itemsOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
