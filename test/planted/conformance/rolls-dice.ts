/** Requests that no seed repeats. */
export function rollsDice(): number {
  return Math.random();
}
