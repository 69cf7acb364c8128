/** Why an envelope cannot be taken, as a sentence for people. */
export interface Problem {
  readonly kind: "problem";
  readonly message: string;
}

/** Makes a problem. */
export function problem(message: string): Problem {
  return { kind: "problem", message };
}

const quotedCharsMax = 60;

/** A text of a stranger as it may be shown in a message: quoted, escaped and cut. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > quotedCharsMax ? `${text.slice(0, quotedCharsMax)}…` : text);
}
