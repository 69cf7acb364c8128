import { Chance } from "../protocol/chance.ts";
import { type Operation, operations } from "../protocol/operation.ts";
import { dayMs, dayOf, isoDate } from "./civil-day.ts";
import type { RequestInput } from "./conversation.ts";
import { callerOf } from "./step.ts";

const theatres = ["ATW", "VER", "OUT"];
const slots = ["M", "A", "E"];

/** Few, so that they meet: one beyond the BMP, one that UTF-16 units would sort behind it, one that NFD writes otherwise. */
const names = ["Avatar", "Avatar", "Avatar", "Avatar", "🎬", "🎬", "Ａ", "Amélie"];
const customers = theatres.flatMap((theatre) => [`${theatre}C1000`, `${theatre}C1001`]);

/** Days after which a run starts: where weeks, months, years, leap days and the century that ids can name end. */
const firstDays = [
  "2024-12-27",
  "2020-12-28",
  "2026-12-29",
  "2023-06-28",
  "2023-02-25",
  "2023-08-29",
  "2099-12-27",
  "2023-05-12",
  "2023-12-27",
  "2024-02-25",
];

const countMax = 1_000_000;

/** How often each operation comes, of 100. */
const weights: Readonly<Record<Operation, number>> = {
  addMovieSlots: 18,
  removeMovieSlots: 5,
  listMovieShowsAvailability: 5,
  bookMovieTickets: 36,
  getBookingSchedule: 5,
  cancelMovieTickets: 9,
  exchangeTickets: 22,
};

/** What a malformed request has in the place of one of its arguments: of any, and of those whose names end so. */
const brokenValues: readonly unknown[] = [undefined, null, "", 0, []];
const brokenByEnd: Readonly<Record<string, readonly unknown[]>> = {
  adminID: ["ATWA100", "XYZA1000", "ATWM120523"],
  customerID: ["ATWA1000", "ATWC10000", "atwC1000"],
  ovieID: ["ATWA1000", "ATWM310223", "ATWM290223", "XYZM120523", "ATWX120523"],
  ovieName: ["Ame\u0301lie", "\ud83c", " Avatar", "x".repeat(121), "🎬".repeat(121)],
  bookingCapacity: [-1, 1.5, countMax + 1, "2"],
  numberOfTickets: [-1, 1.5, countMax + 1, "2"],
};

interface World {
  readonly chance: Chance;
  /** Milliseconds of the first instant of the business date, in UTC. */
  todayMs: number;
  /** Shows that were added, if that was allowed. */
  readonly shows: Show[];
  /** Who asked for tickets of which show. */
  readonly bookings: (readonly [customerID: string, show: Show])[];
}

type Show = readonly [movieID: string, movieName: string];

/** Requests of few customers for few shows, so that they meet; the same seed gives the same list. */
export function randomRequests(seed: number, count: number): readonly RequestInput[] {
  const chance = new Chance(seed);
  // Close seeds give close first numbers.
  for (let skipped = 0; skipped < 8; skipped++) chance.u32();
  const world: World = { chance, todayMs: dayOf(pick(chance, firstDays)), shows: [], bookings: [] };
  return Array.from({ length: count }, (_, index) => {
    if (chance.happens(1 / 60)) world.todayMs += dayMs;
    const operation = pickOperation(chance);
    const args = sometimesBroken(chance, argumentsOf(world, operation));
    const businessDate = isoDate(world.todayMs);
    return { n: index + 1, time: world.todayMs + index, businessDate, caller: callerOf(args), operation, args };
  });
}

function argumentsOf(world: World, operation: Operation): Record<string, unknown> {
  const { chance } = world;
  const [movieID, movieName] = operation === "addMovieSlots" ? newShow(world) : someShow(world);
  const show = { movieID, movieName };
  const customerID = pick(chance, customers);
  switch (operation) {
    case "addMovieSlots":
      world.shows.push([movieID, movieName]);
      return { adminID: adminOf(chance, movieID), ...show, bookingCapacity: someCapacity(chance) };
    case "removeMovieSlots":
      return { adminID: adminOf(chance, movieID), ...show };
    case "listMovieShowsAvailability":
      return { movieName };
    case "getBookingSchedule":
      return { customerID };
    case "bookMovieTickets":
      world.bookings.push([customerID, [movieID, movieName]]);
      return { customerID, ...show, numberOfTickets: someTickets(chance) };
    case "cancelMovieTickets":
      return { ...someBooking(world), numberOfTickets: someTickets(chance) };
    default:
      return exchangeArguments(world);
  }
}

function exchangeArguments(world: World): Record<string, unknown> {
  const { chance } = world;
  const { customerID, movieID, movieName } = someBooking(world);
  const [otherID, otherName] = someShow(world);
  const twinID = `${pick(chance, theatres)}${movieID.slice(3)}`;
  const [newMovieID, newMovieName] = chance.happens(0.3) ? [twinID, movieName] : [otherID, otherName];
  world.bookings.push([customerID, [newMovieID, newMovieName]]);
  return { customerID, movieID, movieName, newMovieID, newMovieName, numberOfTickets: someTickets(chance) };
}

/** Small, so that shows are full now and then. */
function someCapacity(chance: Chance): number {
  if (chance.happens(0.02)) return countMax;
  return chance.happens(0.3) ? chance.between(1, 3) : chance.between(1, 12);
}

function someTickets(chance: Chance): number {
  if (chance.happens(0.01)) return countMax;
  return chance.happens(0.9) ? chance.between(1, 2) : chance.between(1, 12);
}

function newShow({ chance, todayMs }: World): Show {
  const days = chance.happens(0.9) ? chance.between(0, 3) : chance.between(-2, 9);
  const date = isoDate(todayMs + days * dayMs);
  const id = `${pick(chance, theatres)}${pick(chance, slots)}${date.slice(8, 10)}${date.slice(5, 7)}${date.slice(2, 4)}`;
  return [id, pick(chance, names)];
}

/** Younger shows and bookings are named more often: the old ones are in the past or gone. */
function someShow(world: World): Show {
  const youngest = world.shows.slice(-25);
  return youngest.length > 0 && world.chance.happens(0.95) ? pick(world.chance, youngest) : newShow(world);
}

function someBooking(world: World): { customerID: string; movieID: string; movieName: string } {
  const { chance, bookings } = world;
  const youngest = bookings.slice(-25);
  const [customerID, [movieID, movieName]] =
    youngest.length > 0 && chance.happens(0.9) ? pick(chance, youngest) : [pick(chance, customers), someShow(world)];
  return { customerID, movieID, movieName };
}

function adminOf(chance: Chance, movieID: string): string {
  return chance.happens(0.96) ? `${movieID.slice(0, 3)}A1000` : pick(chance, ["ATWA1000", "VERA1000", "ATWC1000"]);
}

function sometimesBroken(chance: Chance, args: Record<string, unknown>): Readonly<Record<string, unknown>> {
  if (chance.happens(0.98)) return args;
  const name = pick(chance, Object.keys(args));
  const own = Object.entries(brokenByEnd).flatMap(([end, values]) => (name.endsWith(end) ? values : []));
  return { ...args, [name]: pick(chance, [...brokenValues, ...own]) };
}

function pickOperation(chance: Chance): Operation {
  let left = chance.between(1, 100);
  for (const operation of operations) {
    left -= weights[operation];
    if (left <= 0) return operation;
  }
  return "bookMovieTickets";
}

function pick<Item>(chance: Chance, items: readonly Item[]): Item {
  return items[chance.between(0, items.length - 1)] as Item;
}
