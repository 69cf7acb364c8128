/** A core that waits. */
export async function awaits(later: Promise<number>): Promise<number> {
  return (await later) + 1;
}
