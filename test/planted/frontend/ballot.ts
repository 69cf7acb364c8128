/** Breaks no rule. */
export const ballot = 1;
