/**
 * A movie name as a column holds it. The engine's texts end with the first U+0000, which a name may contain, so U+0000 is
 * written as U+0001 U+0001 and U+0001 as U+0001 U+0002: the order of code points stays the same.
 */
export function toColumn(movieName: string): string {
  return movieName.replaceAll("\x01", "\x01\x02").replaceAll("\0", "\x01\x01");
}

/** The movie name that a column holds. */
export function fromColumn(text: string): string {
  return text.replaceAll("\x01\x01", "\0").replaceAll("\x01\x02", "\x01");
}
