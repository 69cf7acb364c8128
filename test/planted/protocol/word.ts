/** Breaks no rule. */
export const word = "word";
