/** A core that reads the environment. */
export function usesProcess(): number {
  return process.pid;
}
