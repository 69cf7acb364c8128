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
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const unitOfA = a.charCodeAt(at);
    const unitOfB = b.charCodeAt(at);
    if (unitOfA !== unitOfB) return rank(unitOfA) - rank(unitOfB);
  }
  return a.length - b.length;
}

/** Surrogates, which stand for the highest code points, go behind the units that UTF-16 has after them. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x1_0000 : unit;
}
