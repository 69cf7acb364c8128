/** Is used. */
export const used = 1;

/** Is not used. */
export const unused = 2;
