/** A core that hides what it imports. */
export function importsComputed(name: string): Promise<unknown> {
  return import(name);
}
