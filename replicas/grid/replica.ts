import type { Answer } from "../../protocol/answer.ts";
import type { ArgumentsOf, Operation } from "../../protocol/operation.ts";
import type { MakeReplica } from "../contract.ts";
import { readDate } from "./calendar.ts";
import { exportCanonical, importCanonical } from "./canonical.ts";
import { Identifiers } from "./identifiers.ts";
import { listBookings, listShows } from "./lists.ts";
import { refuse } from "./refusal.ts";
import { addShow, removeShow } from "./show-changes.ts";
import { makeState, type State } from "./state.ts";
import { bookTickets, cancelTickets, exchangeTickets } from "./tickets.ts";

type Execute = (state: State, args: ArgumentsOf[Operation], today: number) => Answer;

/** A request that was read from a line says what it likes: what is executed by another name is nothing. */
const executors: ReadonlyMap<string, Execute> = new Map([
  ["addMovieSlots", addShow as Execute],
  ["removeMovieSlots", removeShow as Execute],
  ["listMovieShowsAvailability", listShows as Execute],
  ["bookMovieTickets", bookTickets as Execute],
  ["getBookingSchedule", listBookings as Execute],
  ["cancelMovieTickets", cancelTickets as Execute],
  ["exchangeTickets", exchangeTickets as Execute],
]);

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
      const execute = executors.get(request.operation);
      return today === undefined || execute === undefined ? refuse("INVALID") : execute(state, request.args, today);
    },
    exportState: () => exportCanonical(state),
    importState: (canonical) => {
      state = importCanonical(ids, canonical);
    },
  };
};
