const valueCharsMax = 160;

/**
 * The first place in which a value differs from what was expected, for people: `answer.shows[2].available: expected 18,
 * got 17`. `undefined` when they are equal: the same keys with the same values, in any order of keys, lists in the same
 * order, numbers and texts exactly the same. `path` is how the value is called.
 */
export function firstDifference(path: string, expected: unknown, got: unknown): string | undefined {
  if (isList(expected) && isList(got)) return differenceOfLists(path, expected, got);
  if (isPlain(expected) && isPlain(got)) return differenceOfFields(path, expected, got);
  return Object.is(expected, got) ? undefined : told(path, shortText(expected), shortText(got));
}

/** The same for answers, which are told whole where one was refused otherwise than the other. */
export function answerDifference(expected: unknown, got: unknown): string | undefined {
  const isOtherwise =
    fieldOf(expected, "outcome") !== fieldOf(got, "outcome") || fieldOf(expected, "reason") !== fieldOf(got, "reason");
  return isOtherwise ? told("answer", shortText(expected), shortText(got)) : firstDifference("answer", expected, got);
}

/** A value as JSON in one line, cut where it is long; `nothing` where there is none. */
export function shortText(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = Object.is(value, -0) ? "-0" : (JSON.stringify(value) ?? typeof value);
  if (text.length <= valueCharsMax) return text;
  // Not through a surrogate pair.
  return `${text.slice(0, valueCharsMax).replace(/[\ud800-\udbff]$/, "")}…`;
}

function differenceOfLists(path: string, expected: readonly unknown[], got: readonly unknown[]): string | undefined {
  for (let index = 0; index < Math.max(expected.length, got.length); index++) {
    const at = `${path}[${index}]`;
    if (index >= expected.length) return told(at, "the end of the list", shortText(got[index]));
    if (index >= got.length) return told(at, shortText(expected[index]), "the end of the list");
    const difference = firstDifference(at, expected[index], got[index]);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function differenceOfFields(path: string, expected: Fields, got: Fields): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const at = `${path}.${name}`;
    if (!Object.hasOwn(got, name)) return told(at, shortText(value), "nothing");
    const difference = firstDifference(at, value, got[name]);
    if (difference !== undefined) return difference;
  }
  const more = Object.keys(got).find((name) => !Object.hasOwn(expected, name));
  return more === undefined ? undefined : told(`${path}.${more}`, "no such key", shortText(got[more]));
}

type Fields = Readonly<Record<string, unknown>>;

function fieldOf(value: unknown, name: string): unknown {
  return isPlain(value) ? value[name] : undefined;
}

function told(path: string, expected: string, got: string): string {
  return `${path}: expected ${expected}, got ${got}`;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** What JSON calls an object, and nothing that only looks like one. */
function isPlain(value: unknown): value is Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
