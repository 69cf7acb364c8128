import { Chance } from "../protocol/chance.ts";
import type { BookingRow, CanonicalState, ReplicaRequest, ShowRow } from "../replicas/contract.ts";

/** The theatres of the load. */
export const loadTheatres = ["ATW", "VER", "OUT"];

const theatresByName = loadTheatres.toSorted();
const slots = ["M", "A", "E"];
const customersPerTheatre = 10_000;
const capacity = 1_000_000;
const firstDayMs = Date.UTC(2023, 4, 8);
const dayMs = 86_400_000;
const businessDate = "2023-05-08";

/** Shows of one week: so many movies in each theatre, at each time of the first seven days. */
export function weekOfShows(movies: number): CanonicalState {
  const shows: ShowRow[] = [];
  for (const movieID of idsOfDays(7)) {
    for (let movie = 0; movie < movies; movie++) shows.push([movieID, nameOf(movie), capacity]);
  }
  return [shows, []];
}

/** So many bookings of 1 to 3 tickets, of random customers and shows. */
export function* bookingsOf({ shows, count, seed }: BookingLoad): Generator<ReplicaRequest> {
  const chance = new Chance(seed);
  for (let n = 1; n <= count; n++) {
    const [movieID, movieName] = shows[chance.between(0, shows.length - 1)] as ShowRow;
    const theatre = loadTheatres[chance.between(0, loadTheatres.length - 1)] as string;
    const customerID = `${theatre}C${String(chance.between(0, customersPerTheatre - 1)).padStart(4, "0")}`;
    const args = { customerID, movieID, movieName, numberOfTickets: chance.between(1, 3) };
    yield { n, time: firstDayMs, businessDate, caller: customerID, operation: "bookMovieTickets", args };
  }
}

/** What a run of bookings is made of. */
export interface BookingLoad {
  readonly shows: readonly ShowRow[];
  readonly count: number;
  readonly seed: number;
}

/** A state of so many bookings, in the order of an export: years of shows of one movie, each with 125 customers. */
export function stateOfBookings(count: number): CanonicalState {
  const perShow = 125;
  const [shows, bookings]: [ShowRow[], BookingRow[]] = [[], []];
  for (const movieID of idsOfDays(Math.ceil(count / perShow / 9))) {
    if (bookings.length >= count) break;
    shows.push([movieID, "Avatar", capacity]);
    // Each show has other customers than those at the same time in other theatres, and each is at home.
    for (let at = 0; at < perShow; at++) {
      const digits = String(at * 80).padStart(4, "0");
      bookings.push([`${movieID.slice(0, 3)}C${digits}`, movieID, "Avatar", 1 + (at % 3)]);
    }
  }
  return [shows, bookings.slice(0, count)];
}

function* idsOfDays(days: number): Generator<string> {
  for (let day = 0; day < days; day++) {
    const [, year, month, date] = /^..(..)-(..)-(..)/.exec(new Date(firstDayMs + day * dayMs).toISOString()) ?? [];
    for (const slot of slots) for (const theatre of theatresByName) yield `${theatre}${slot}${date}${month}${year}`;
  }
}

function nameOf(movie: number): string {
  return `Movie ${String(movie).padStart(4, "0")}`;
}
