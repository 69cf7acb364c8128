/** What cannot stand in character data as it is. A carriage return would come back as a line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write them, so they have to be found.
const special = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/u;
const allSpecial = new RegExp(special.source, "gu");

/** A text as character data of XML 1.0; what XML cannot hold (most control characters) becomes U+FFFD. */
export function escapeText(text: string): string {
  return special.test(text) ? text.replace(allSpecial, escapeCharacter) : text;
}

/** A text as the value of an attribute in double quotes. */
export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

function escapeCharacter(character: string): string {
  switch (character) {
    case "&":
      return "&amp;";
    case "<":
      return "&lt;";
    case ">":
      return "&gt;";
    case "\r":
      return "&#13;";
    default:
      return "\ufffd";
  }
}
