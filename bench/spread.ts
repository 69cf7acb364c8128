/** The median of what rounds measured, with the least and the most in brackets. */
export function spread(measured: readonly number[], digits: number): string {
  const sorted = measured.toSorted((a, b) => a - b);
  const at = (index: number) => (sorted[index] ?? Number.NaN).toFixed(digits);
  return `${at(sorted.length >> 1)} [${at(0)}–${at(sorted.length - 1)}]`;
}
