import type { Answer } from "../../protocol/answer.ts";
import { unreachable } from "../../protocol/assert.ts";
import type { MakeReplica, ReplicaRequest } from "../contract.ts";
import { exportTables, importTables } from "./canonical-state.ts";
import { type DayNumber, parseBusinessDate } from "./civil-date.ts";
import { makeFormCheck } from "./form-check.ts";
import { getBookingSchedule, listMovieShowsAvailability } from "./list-operations.ts";
import { refuse } from "./refusal.ts";
import { addMovieSlots, removeMovieSlots } from "./show-operations.ts";
import { Tables } from "./tables.ts";
import { bookMovieTickets, cancelMovieTickets, exchangeTickets } from "./ticket-operations.ts";

/** The version "table" of the booking rules: objects and maps, changed in place by one function for each operation. */
export const makeReplica: MakeReplica = ({ theatres }) => {
  const isWellFormed = makeFormCheck(theatres);
  let tables = new Tables();
  return {
    execute: (request) => {
      const today = parseBusinessDate(request.businessDate);
      if (today === undefined || !isWellFormed(request.operation, request.args)) return refuse("INVALID");
      return executeWellFormed(tables, today, request);
    },
    exportState: () => exportTables(tables),
    importState: (state) => {
      tables = importTables(state);
    },
  };
};

function executeWellFormed(tables: Tables, today: DayNumber, request: ReplicaRequest): Answer {
  switch (request.operation) {
    case "addMovieSlots":
      return addMovieSlots(tables, today, request.args);
    case "removeMovieSlots":
      return removeMovieSlots(tables, today, request.args);
    case "listMovieShowsAvailability":
      return listMovieShowsAvailability(tables, today, request.args);
    case "bookMovieTickets":
      return bookMovieTickets(tables, today, request.args);
    case "getBookingSchedule":
      return getBookingSchedule(tables, request.args);
    case "cancelMovieTickets":
      return cancelMovieTickets(tables, request.args);
    case "exchangeTickets":
      return exchangeTickets(tables, today, request.args);
    default:
      return unreachable(request);
  }
}
