import type { Answer } from "../../protocol/answer.ts";
import type { CanonicalState, ReplicaRequest, ShowRow } from "../contract.ts";
import type { Fault, FaultyReplica } from "./fault.ts";

const capacityMax = 1_000_000;

/**
 * Counts one seat too many when it compares: every show sells one more ticket than it has seats, and what is said is
 * right until then. The replica beneath is led to believe in one seat more for each show, and that seat is taken off
 * again from all that it says, so that bookings, exchanges and moves all make the mistake and remember it. A capacity
 * of 1,000,000 is said to be 999,999, since no replica believes in more.
 *
 * When it is released, an oversold show keeps its extra seat: a state that a replica can hold, and still a wrong one.
 */
export const capacityOffByOne: Fault = {
  kind: "answers",
  wrap: (replica): FaultyReplica => {
    replica.importState(addSeat(replica.exportState()));
    return {
      execute: (request) => hideSeat(replica.execute(promiseSeat(request))),
      exportState: () => takeSeat(replica.exportState()),
      importState: (state) => replica.importState(addSeat(state)),
      release: () => {
        replica.importState(keepSold(takeSeat(replica.exportState())));
        return replica;
      },
    };
  },
};

function promiseSeat(request: ReplicaRequest): ReplicaRequest {
  if (request.operation !== "addMovieSlots") return request;
  const { bookingCapacity } = request.args;
  // A capacity that is no number below the limit is left as it is: it may be malformed, which is for the replica to say.
  const isRoom = Number.isInteger(bookingCapacity) && bookingCapacity > 0 && bookingCapacity < capacityMax;
  return isRoom ? { ...request, args: { ...request.args, bookingCapacity: bookingCapacity + 1 } } : request;
}

function hideSeat(answer: Answer): Answer {
  if (answer.outcome === "REFUSED") return answer;
  if ("shows" in answer) return { ...answer, shows: answer.shows.map(hideIn) };
  if ("capacity" in answer) return hideIn(answer);
  if ("available" in answer) return { ...answer, available: oneLess(answer.available) };
  if ("availableOld" in answer) {
    const { availableOld, availableNew } = answer;
    return { ...answer, availableOld: oneLess(availableOld), availableNew: oneLess(availableNew) };
  }
  return answer;
}

function hideIn<Seats extends { readonly capacity: number; readonly available: number }>(seats: Seats): Seats {
  return { ...seats, capacity: seats.capacity - 1, available: oneLess(seats.available) };
}

function oneLess(available: number): number {
  return Math.max(0, available - 1);
}

function addSeat([shows, bookings]: CanonicalState): CanonicalState {
  return [shows.map(([id, name, capacity]): ShowRow => [id, name, Math.min(capacity + 1, capacityMax)]), bookings];
}

function takeSeat([shows, bookings]: CanonicalState): CanonicalState {
  return [shows.map(([id, name, capacity]): ShowRow => [id, name, capacity - 1]), bookings];
}

function keepSold([shows, bookings]: CanonicalState): CanonicalState {
  const sold = new Map<string, number>();
  for (const [, id, name, tickets] of bookings) sold.set(`${id} ${name}`, (sold.get(`${id} ${name}`) ?? 0) + tickets);
  return [
    shows.map(([id, name, capacity]): ShowRow => [id, name, Math.max(capacity, sold.get(`${id} ${name}`) ?? 0)]),
    bookings,
  ];
}
