import type { Answer } from "../../protocol/answer.ts";
import { unreachable } from "../../protocol/assert.ts";
import type { MakeReplica, Replica, ReplicaOptions, ReplicaRequest } from "../contract.ts";
import { type Day, parseCivilDate } from "./calendar.ts";
import { Ledger } from "./ledger.ts";
import { getBookingSchedule, listMovieShowsAvailability } from "./list-operations.ts";
import { refuse } from "./refusal.ts";
import { addMovieSlots, removeMovieSlots } from "./show-operations.ts";
import { bookMovieTickets, cancelMovieTickets, exchangeTickets } from "./ticket-operations.ts";
import { makeIsWellFormed } from "./well-formed.ts";

/** Makes the version *ledger*: a journal of facts, and views that are its fold. */
export const makeReplica: MakeReplica = (options) => makeReplicaOver(new Ledger(), options);

/** Makes a replica over a ledger that others may look at. */
export function makeReplicaOver(ledger: Ledger, { theatres }: ReplicaOptions): Replica {
  const isWellFormed = makeIsWellFormed(theatres);
  return {
    execute(request) {
      const today = parseCivilDate(request.businessDate);
      if (today === undefined || !isWellFormed(request)) return refuse("INVALID");
      return perform(ledger, request, today);
    },
    exportState: () => ledger.exportState(),
    importState: (state) => ledger.importState(state),
  };
}

function perform(ledger: Ledger, request: ReplicaRequest, today: Day): Answer {
  switch (request.operation) {
    case "addMovieSlots":
      return addMovieSlots(ledger, request.args, today);
    case "removeMovieSlots":
      return removeMovieSlots(ledger, request.args, today);
    case "listMovieShowsAvailability":
      return listMovieShowsAvailability(ledger.views, request.args, today);
    case "bookMovieTickets":
      return bookMovieTickets(ledger, request.args, today);
    case "getBookingSchedule":
      return getBookingSchedule(ledger.views, request.args);
    case "cancelMovieTickets":
      return cancelMovieTickets(ledger, request.args);
    case "exchangeTickets":
      return exchangeTickets(ledger, request.args, today);
    default:
      return unreachable(request);
  }
}
