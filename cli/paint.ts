/** How a text stands out. */
export type Style = "good" | "watch" | "bad" | "quiet";

/** Puts a style on a text, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string;

/** Select Graphic Rendition (ECMA-48, 8.3.117): green, yellow, red, faint. */
const codes: Readonly<Record<Style, number>> = { good: 32, watch: 33, bad: 31, quiet: 2 };

/** The paint for a terminal. */
export function makePaint(hasColours: boolean): Paint {
  return hasColours ? (style, text) => `\u001b[${codes[style]}m${text}\u001b[0m` : (_style, text) => text;
}
