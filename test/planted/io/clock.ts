/** Breaks no rule: `io/` may read the clock. */
export function readClock(): number {
  return Date.now();
}
