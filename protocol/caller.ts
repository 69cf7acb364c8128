import type { Call } from "./call.ts";

/**
 * The id that a call is made as, by the call itself: the administrator, the customer, or the caller whose request is
 * asked about; empty for a listing, which anyone may read. On loopback without credentials this is who calls.
 */
export function callerOf(call: Call): string {
  switch (call.operation) {
    case "addMovieSlots":
    case "removeMovieSlots":
      return call.args.adminID;
    case "listMovieShowsAvailability":
      return "";
    case "getRequestOutcome":
      return call.args.callerID;
    default:
      return call.args.customerID;
  }
}
