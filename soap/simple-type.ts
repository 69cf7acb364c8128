import { assert } from "../protocol/assert.ts";
import { trimBlank } from "./xml-tree.ts";

/** The types of XML Schema that ours are built on. */
export type BaseType = "string" | "int" | "long" | "boolean";

/** What a restriction says about the values of a type. */
export interface Facets {
  readonly patterns: readonly string[];
  readonly lengthMin?: number;
  readonly lengthMax?: number;
  readonly min?: number;
  readonly max?: number;
}

/** A value as it is used inside. */
export type SimpleValue = string | number | boolean;

/** Reads the characters of an element; `undefined` when they are not a value of the type. */
export type ReadSimple = (text: string) => SimpleValue | undefined;

const ranges = {
  int: [-2_147_483_648, 2_147_483_647],
  // A double holds no more; every number of the service is far below.
  long: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
} as const;

/** Makes the reader of a simple type. White space around numbers is cut off, in strings all of it stands. */
export function compileSimple(base: BaseType, facets: Facets): ReadSimple {
  if (base === "boolean") return readBoolean;
  if (base === "string") return compileString(facets);
  const [lowest, highest] = ranges[base];
  const min = Math.max(lowest, facets.min ?? lowest);
  const max = Math.min(highest, facets.max ?? highest);
  assert(facets.patterns.length === 0, "numbers have no patterns in this schema");
  return (text) => {
    const digits = trimBlank(text);
    if (!/^[+-]?[0-9]+$/.test(digits)) return undefined;
    const value = Number(digits);
    return value >= min && value <= max ? value : undefined;
  };
}

function compileString(facets: Facets): ReadSimple {
  const patterns = facets.patterns.map(compilePattern);
  const { lengthMin = 0, lengthMax = Number.MAX_SAFE_INTEGER } = facets;
  return (text) => {
    // The length is checked first: it bounds what a pattern can cost.
    const length = codePoints(text);
    if (length < lengthMin || length > lengthMax) return undefined;
    return patterns.every((pattern) => pattern.test(text)) ? text : undefined;
  };
}

function readBoolean(text: string): boolean | undefined {
  const word = trimBlank(text);
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : undefined;
}

/** Number of Unicode characters, which lengths in XML Schema are counted in. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

/**
 * A pattern of XML Schema as one of the language. Only what means the same in both is let through, with `\s` and `\S`
 * written out, which XML Schema takes for four characters and the language for many more.
 */
export function compilePattern(pattern: string): RegExp {
  const body = pattern.replace(/\[\^?(?:[^\\[\]]|\\-)+\]|\\.|[.^$[\]]/gu, (token) => {
    if (token === "\\s") return "[ \\t\\n\\r]";
    if (token === "\\S") return "[^ \\t\\n\\r]";
    assert(token.length > 2, `the pattern ${pattern} has ${token}, which this reader does not know`);
    return token;
  });
  return new RegExp(`^(?:${body})$`, "u");
}
