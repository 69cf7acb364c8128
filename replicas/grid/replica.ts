import type { Answer } from "../../protocol/answer.ts";
import type { MakeReplica, ReplicaRequest } from "../contract.ts";
import { readDate } from "./calendar.ts";
import { exportCanonical, importCanonical } from "./canonical.ts";
import { Identifiers } from "./identifiers.ts";
import { listBookings, listShows } from "./lists.ts";
import { refuse } from "./refusal.ts";
import { addShow, removeShow } from "./show-changes.ts";
import { makeState, type State } from "./state.ts";
import { bookTickets, cancelTickets, exchangeTickets } from "./tickets.ts";

/** A replica that keeps everything as whole numbers in typed arrays. */
export const makeReplica: MakeReplica = ({ theatres }) => {
  const ids = new Identifiers(theatres);
  let state = makeState(ids);
  let date: unknown;
  let today: number | undefined;
  return {
    execute: (request) => {
      // Requests come by the thousand for one date, which is read once.
      if (request.businessDate !== date) {
        date = request.businessDate;
        today = readDate(date);
      }
      return today === undefined ? refuse("INVALID") : execute(state, request, today);
    },
    exportState: () => exportCanonical(state),
    importState: (canonical) => {
      state = importCanonical(ids, canonical);
    },
  };
};

function execute(state: State, request: ReplicaRequest, today: number): Answer {
  switch (request.operation) {
    case "addMovieSlots":
      return addShow(state, request.args, today);
    case "removeMovieSlots":
      return removeShow(state, request.args, today);
    case "listMovieShowsAvailability":
      return listShows(state, request.args, today);
    case "bookMovieTickets":
      return bookTickets(state, request.args, today);
    case "getBookingSchedule":
      return listBookings(state, request.args);
    case "cancelMovieTickets":
      return cancelTickets(state, request.args);
    case "exchangeTickets":
      return exchangeTickets(state, request.args, today);
    default:
      // The types say that this cannot be; a request that was read from a line says what it likes.
      return refuse("INVALID");
  }
}
