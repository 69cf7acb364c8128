/** Breaks no rule. */
export const journal = 1;
