/** Codes of errors that come before anything was sent. */
const codesBeforeSending: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Tells whether what failed was the connection, so that nothing was sent. */
export function isBeforeSending(error: unknown): boolean {
  return codesBeforeSending.has(networkCode(error));
}

/** The code of a failed network operation, as a person may search for it: of the error, or of what caused it. */
export function networkCode(error: unknown): string {
  for (let at = error, depth = 0; depth < 4 && at instanceof Error; depth++) {
    // An attempt at several addresses fails with all their errors.
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at;
    const code = (first as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
    if (at.name === "TimeoutError") return "ETIMEDOUT";
    at = at.cause;
  }
  return error instanceof Error ? error.name : "Error";
}
