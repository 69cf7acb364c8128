/** A rule that holds on some days. */
export function asksDate(): number {
  return Date.now();
}
