import type { Call } from "../../protocol/call.ts";

/** The change with that number: its request id and its arguments are those of no other number. */
export function changeCall(index: number): Call {
  const requestId = `change-${index}`;
  const movieName = `Movie ${index}`;
  if (index % 2 === 0) {
    const args = { adminID: "ATWA1234", movieID: "ATWM120523", movieName, bookingCapacity: index };
    return { operation: "addMovieSlots", args, requestId };
  }
  const args = { customerID: "ATWC1234", movieID: "ATWM120523", movieName, numberOfTickets: index };
  return { operation: "bookMovieTickets", args, requestId };
}

/** The request id of the change that a replica got with these arguments. */
export function requestIdOf(args: Readonly<Record<string, unknown>>): string {
  return String(args["movieName"]).replace("Movie ", "change-");
}

/** A list of whatever shows there are. */
export const listCall: Call = { operation: "listMovieShowsAvailability", args: { movieName: "Avatar" } };
