/** A core that throws dice. */
export function drawsRandom(): number {
  return Math.random();
}
