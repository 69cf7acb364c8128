import { type Answer, type DataOf, reasons } from "../../protocol/answer.ts";
import { Chance } from "../../protocol/chance.ts";
import type { Operation } from "../../protocol/operation.ts";
import { changeAnswers, type Fault } from "./fault.ts";

const countMax = 500;
const listItemsMax = 4;
const refusalProbability = 0.3;

/**
 * Executes each request and answers at random: well-formed for the operation, made of plausible numbers and reasons.
 * The state stays right, so that only the answers show the fault.
 */
export const randomAnswers: Fault = {
  kind: "answers",
  wrap: (replica, seed) => {
    const chance = new Chance(seed);
    return changeAnswers(replica, (request) => randomAnswer(chance, request.operation));
  },
};

function randomAnswer(chance: Chance, operation: Operation): Answer {
  // The name of an operation may be anything that a caller sent.
  const makeData = Object.hasOwn(data, operation) ? data[operation] : data.bookMovieTickets;
  if (chance.happens(refusalProbability)) {
    return { outcome: "REFUSED", reason: reasons[chance.between(0, reasons.length - 1)] ?? "INVALID" };
  }
  return { outcome: "OK", ...makeData(chance) };
}

const seats = (chance: Chance) => ({ held: count(chance), available: count(chance) });

const data: { readonly [Name in Operation]: (chance: Chance) => DataOf[Name] } = {
  addMovieSlots: (chance) => ({ created: chance.happens(0.5), capacity: count(chance), available: count(chance) }),
  removeMovieSlots: (chance) => ({
    moved: items(chance, () => ({
      customerID: customer(chance),
      movieID: movie(chance),
      numberOfTickets: count(chance) + 1,
    })),
    dropped: items(chance, () => ({ customerID: customer(chance), numberOfTickets: count(chance) + 1 })),
  }),
  listMovieShowsAvailability: (chance) => ({
    shows: items(chance, () => ({
      movieID: movie(chance),
      movieName: "Avatar",
      capacity: count(chance) + 1,
      available: count(chance),
    })),
  }),
  bookMovieTickets: seats,
  getBookingSchedule: (chance) => ({
    bookings: items(chance, () => ({
      movieID: movie(chance),
      movieName: "Avatar",
      numberOfTickets: count(chance) + 1,
    })),
  }),
  cancelMovieTickets: seats,
  exchangeTickets: (chance) => ({
    heldOld: count(chance),
    heldNew: count(chance),
    availableOld: count(chance),
    availableNew: count(chance),
  }),
};

const count = (chance: Chance) => chance.between(0, countMax);
const customer = (chance: Chance) => `ATWC${chance.between(1000, 9999)}`;
const movie = (chance: Chance) => `ATW${"MAE"[chance.between(0, 2)]}${chance.between(10, 28)}0523`;

function items<Item>(chance: Chance, make: () => Item): readonly Item[] {
  return Array.from({ length: chance.between(0, listItemsMax) }, make);
}
