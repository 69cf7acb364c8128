/** A core that orders as the locale does. */
export function comparesLocale(a: string, b: string): number {
  return a.localeCompare(b);
}
