/** A core that asks for the locale. */
export function usesIntl(): string {
  return new Intl.NumberFormat().format(1);
}
