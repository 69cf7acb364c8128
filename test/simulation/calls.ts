import type { Call } from "../../protocol/call.ts";
import type { Chance } from "../../protocol/chance.ts";
import { pick } from "./chance-streams.ts";

/** The business date of the simulation, before and after midnight. */
export const businessDates = ["2023-05-12", "2023-05-13"] as const;

const movies = ["Avatar", "Titanic"];
const showIds = ["ATWM130523", "ATWA130523", "VERE140523", "OUTM150523"];
const customers = ["ATWC1000", "ATWC1001", "VERC2000"];

/** One call of few customers for few shows with few seats, so that every rule has work to do; `ids` were used before. */
export function drawCall(chance: Chance, requestId: string, ids: readonly string[]): Call {
  const customerID = pick(chance, customers);
  const movieID = pick(chance, showIds);
  const movieName = pick(chance, movies);
  const adminID = `${movieID.slice(0, 3)}A1000`;
  const tickets = { customerID, movieID, movieName, numberOfTickets: chance.between(1, 3) };
  const dice = chance.between(0, 99);
  if (dice < 15) {
    const args = { adminID, movieID, movieName, bookingCapacity: chance.between(2, 9) };
    return { operation: "addMovieSlots", requestId, args };
  }
  if (dice < 18) return { operation: "removeMovieSlots", requestId, args: { adminID, movieID, movieName } };
  if (dice < 52) return { operation: "bookMovieTickets", requestId, args: tickets };
  if (dice < 64) return { operation: "cancelMovieTickets", requestId, args: tickets };
  if (dice < 74) {
    const { numberOfTickets } = tickets;
    const wanted = { newMovieID: pick(chance, showIds), newMovieName: pick(chance, movies) };
    return {
      operation: "exchangeTickets",
      requestId,
      args: { customerID, movieID, movieName, ...wanted, numberOfTickets },
    };
  }
  if (dice < 84) return { operation: "listMovieShowsAvailability", args: { movieName } };
  if (dice < 94 || ids.length === 0) return { operation: "getBookingSchedule", args: { customerID } };
  return { operation: "getRequestOutcome", args: { callerID: customerID, requestId: pick(chance, ids) } };
}

/** A call that asks for something else than that one. */
export function otherContent(call: Call): Call {
  if (call.operation !== "bookMovieTickets") return { ...call, args: { ...call.args, movieName: "Jaws" } } as Call;
  return { ...call, args: { ...call.args, numberOfTickets: call.args.numberOfTickets + 1 } };
}
