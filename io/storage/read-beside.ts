/** Readings until what looks wrong is wrong: it looks the same twice. */
const readingsMax = 5;

/**
 * Reads data that a manager may be writing and deleting meanwhile: again while something looks wrong, until the same
 * thing does twice. `wrongIn` tells what looks wrong in what was found; `undefined` when nothing does.
 */
export async function readBeside<Found>(
  read: () => Promise<Found>,
  wrongIn: (found: Found) => string | undefined,
): Promise<Found> {
  let found = await read();
  for (let count = 1; count < readingsMax; count++) {
    const before = wrongIn(found);
    if (before === undefined) break;
    found = await read();
    if (wrongIn(found) === before) break;
  }
  return found;
}
