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

/** The code of a failed network operation, as a person may search for it; where there is none, the innermost message. */
export function networkCode(error: unknown): string {
  let message = String(error);
  for (let at = error, depth = 0; depth < causesMax && at instanceof Error; depth++) {
    // An attempt at several addresses fails with the errors of all of them.
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at;
    const code = (first as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
    if (at.name === "TimeoutError") return "ETIMEDOUT";
    message = at.message;
    at = at.cause;
  }
  return message;
}

const causesMax = 4;
