/** A core that reads the clock. */
export function readsDate(): number {
  return Date.now();
}
