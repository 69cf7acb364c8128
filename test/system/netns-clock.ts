/** The clock that all processes of a machine share, whatever namespace they are in; it never goes back. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
