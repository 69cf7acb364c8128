import type { Answer } from "../../protocol/answer.ts";
import type { Replica } from "../../replicas/contract.ts";
import { Violation } from "./violation.ts";

/** Sold and available seats make up the capacity of each show, by the state and by the list that clients get. */
export function checkSeats(replica: Replica, n: number): void {
  const [shows, bookings] = replica.exportState();
  const sold = new Map<string, number>();
  for (const [, id, name, tickets] of bookings) sold.set(`${id} ${name}`, (sold.get(`${id} ${name}`) ?? 0) + tickets);
  const listed = n % 8 === 0 ? listedBy(replica, n, [...new Set(shows.map(([, name]) => name))]) : undefined;
  for (const [id, name, capacity] of shows) {
    const held = sold.get(`${id} ${name}`) ?? 0;
    sold.delete(`${id} ${name}`);
    const available = listed?.get(`${id} ${name}`) ?? capacity - held;
    if (available < 0 || held + available !== capacity) {
      throw new Violation(
        "seatsConserved",
        `${held} sold and ${available} available of ${capacity} of ${id} ${name} at ${n}`,
      );
    }
  }
  if (sold.size > 0)
    throw new Violation("seatsConserved", `tickets of shows that are not there: ${[...sold.keys()].join(", ")}`);
}

/** Available seats of each show that is still listed. */
function listedBy(replica: Replica, n: number, names: readonly string[]): ReadonlyMap<string, number> {
  const listed = new Map<string, number>();
  for (const movieName of names) {
    const request = { n, time: 0, businessDate: "2023-05-12", caller: "", args: { movieName } } as const;
    const answer: Answer = replica.execute({ ...request, operation: "listMovieShowsAvailability" });
    if (answer.outcome !== "OK" || !("shows" in answer)) continue;
    for (const show of answer.shows) listed.set(`${show.movieID} ${show.movieName}`, show.available);
  }
  return listed;
}
