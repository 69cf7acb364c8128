/** Breaks the format. */
export const unformatted =   1;
