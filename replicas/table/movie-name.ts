const charactersMax = 120;
/** A character takes at most two UTF-16 units: what is longer need not be looked at. */
const unitsMax = 2 * charactersMax;
/** Most names are like this; there is nothing to normalize or to cut in them, and a unit is a character. */
const plainName = /^[!-~](?:[ -~]{0,118}[!-~])?$/;
/** With the flag `u` a surrogate is one that stands alone. */
const loneSurrogate = /\p{Surrogate}/u;

/**
 * True for a movie name as the front end hands it over: 1 to 120 Unicode code points, in normalization form C, without
 * white space at its ends (what `String.prototype.trim` cuts), and with no surrogate alone, which UTF-8 cannot say.
 */
export function isMovieName(value: unknown): boolean {
  if (typeof value !== "string" || value.length === 0 || value.length > unitsMax) return false;
  if (plainName.test(value)) return true;
  return (
    value.trim() === value &&
    !loneSurrogate.test(value) &&
    value.normalize("NFC") === value &&
    [...value].length <= charactersMax
  );
}
