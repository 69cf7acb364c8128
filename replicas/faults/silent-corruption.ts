import { Chance } from "../../protocol/chance.ts";
import type { BookingRow, CanonicalState, ShowRow } from "../contract.ts";
import type { Fault, FaultyReplica } from "./fault.ts";

const capacityMax = 1_000_000;

/**
 * Answers rightly and holds a wrong state: whatever is exported has one booking, chosen by the seed, with a ticket less.
 * Where nobody holds a ticket, a show has a seat more; where there is no show, nothing can be wrong. An import does not
 * help, since it damages what it holds.
 *
 * When it is released, the wrong state is all that is left, and answers come from it.
 */
export const silentCorruption: Fault = {
  kind: "answers",
  wrap: (replica, seed): FaultyReplica => ({
    execute: (request) => replica.execute(request),
    exportState: () => damaged(replica.exportState(), seed),
    importState: (state) => replica.importState(state),
    release: () => {
      replica.importState(damaged(replica.exportState(), seed));
      return replica;
    },
  }),
};

function damaged([shows, bookings]: CanonicalState, seed: number): CanonicalState {
  const booking = chosen(bookings, seed);
  if (booking !== undefined) return [shows, bookings.toSpliced(booking.at, 1, ...oneLess(booking.row))];
  const show = chosen(shows, seed);
  return show === undefined ? [shows, bookings] : [shows.with(show.at, oneMore(show.row)), bookings];
}

function chosen<Row>(rows: readonly Row[], seed: number): { readonly at: number; readonly row: Row } | undefined {
  if (rows.length === 0) return undefined;
  const at = new Chance(seed).between(0, rows.length - 1);
  return { at, row: rows[at] as Row };
}

/** A booking of nothing is none. */
function oneLess([customerID, movieID, movieName, tickets]: BookingRow): readonly BookingRow[] {
  return tickets > 1 ? [[customerID, movieID, movieName, tickets - 1]] : [];
}

function oneMore([movieID, movieName, capacity]: ShowRow): ShowRow {
  return [movieID, movieName, capacity < capacityMax ? capacity + 1 : capacity - 1];
}
