export const undocumented = 1;
