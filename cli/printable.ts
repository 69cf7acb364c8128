/** The text without what a terminal would obey: control characters and marks that turn the direction of writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
