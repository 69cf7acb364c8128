import type { Answer } from "../../protocol/answer.ts";
import { unreachable } from "../../protocol/assert.ts";
import type { MakeReplica, Replica, ReplicaOptions, ReplicaRequest } from "../contract.ts";
import { Engine } from "./engine.ts";
import { RequestForm } from "./request-form.ts";
import { schema } from "./schema.ts";
import { Shows } from "./shows.ts";
import { Tickets } from "./tickets.ts";
import { Transfer } from "./transfer.ts";

/** The booking rules as tables, constraints and statements of an SQL engine in this process. */
export const makeReplica: MakeReplica = (options) => replicaOn(new Engine(schema), options);

/** The same over a given engine, which has the tables of `schema` and belongs to the replica from now on. */
export function replicaOn(engine: Engine, { theatres }: ReplicaOptions): Replica {
  const form = new RequestForm(theatres);
  const shows = new Shows(engine);
  const tickets = new Tickets(engine);
  const transfer = new Transfer(engine);
  return {
    execute: (request) =>
      form.isKept(request) ? answer(request, shows, tickets) : { outcome: "REFUSED", reason: "INVALID" },
    exportState: () => transfer.exportState(),
    importState: (state) => transfer.importState(state),
  };
}

function answer(request: ReplicaRequest, shows: Shows, tickets: Tickets): Answer {
  const { businessDate: today } = request;
  switch (request.operation) {
    case "addMovieSlots":
      return shows.add(request.args, today);
    case "removeMovieSlots":
      return shows.remove(request.args, today);
    case "listMovieShowsAvailability":
      return shows.list(request.args, today);
    case "bookMovieTickets":
      return tickets.book(request.args, today);
    case "getBookingSchedule":
      return tickets.schedule(request.args);
    case "cancelMovieTickets":
      return tickets.cancel(request.args);
    case "exchangeTickets":
      return tickets.exchange(request.args, today);
    default:
      return unreachable(request);
  }
}
