const codePointsMax = 120;
const unitsMax = 2 * codePointsMax;

/** In this form of expression a pair is one character: what is left are surrogates that stand alone. */
const loneSurrogate = /\p{Surrogate}/u;

/** True for a short enough text, which may be a movie name: no costly work is done on a longer one. */
export function isShortText(value: unknown): value is string {
  return typeof value === "string" && value.length <= unitsMax;
}

/** True for a movie name: 1 to 120 code points, no lone surrogate, nothing that `trim` takes away, NFC. */
export function isMovieName(value: unknown): value is string {
  return (
    isShortText(value) &&
    value !== "" &&
    value.trim() === value &&
    !loneSurrogate.test(value) &&
    [...value].length <= codePointsMax &&
    value.normalize("NFC") === value
  );
}

/** Orders two texts by code point, as a comparison for sorting. */
export function compareCodePoints(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at < 0) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
}
