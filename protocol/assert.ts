/** Thrown when the program itself is wrong: the process stops, is restarted and recovers from its peers. */
export class AssertionFailed extends Error {
  override readonly name = "AssertionFailed";
}

/** Stops the process when what must always hold does not; on in production. */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new AssertionFailed(rule);
}

/** Ends a `switch` over a union: the compiler proves that no case is left. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`no case for ${JSON.stringify(value)}`);
}
