import type { AnswerOf, ListedBooking } from "../../protocol/answer.ts";
import { assert } from "../../protocol/assert.ts";
import type { BusinessDate } from "../../protocol/ids.ts";
import type { ArgumentsOf, TicketArguments } from "../../protocol/operation.ts";
import type { Engine, Statement } from "./engine.ts";
import { judgeGivingUp, judgeTaking, type TicketJudgement } from "./judgements.ts";
import { fromColumn, toColumn } from "./movie-name.ts";

/** The operations on what customers hold: each is judged by SQL and then written by one statement. */
export class Tickets {
  readonly #judgeTaking: Statement<TicketJudgement>;
  readonly #judgeGivingUp: Statement<TicketJudgement>;
  readonly #change: Statement<never>;
  readonly #exchange: Statement<never>;
  readonly #schedule: Statement<ListedBooking>;

  /** Reads and writes the tables of `engine`. */
  constructor(engine: Engine) {
    this.#judgeTaking = engine.prepare(judgeTaking);
    this.#judgeGivingUp = engine.prepare(judgeGivingUp);
    this.#change = engine.prepare(change);
    this.#exchange = engine.prepare(exchange);
    this.#schedule = engine.prepare(schedule);
  }

  /** Adds to what the customer holds of a show. */
  book(args: TicketArguments, today: BusinessDate): AnswerOf<"bookMovieTickets"> {
    const { customerID, movieID, numberOfTickets: tickets } = args;
    const movieName = toColumn(args.movieName);
    const judged = this.#judgeTaking.one({
      customerID,
      movieID,
      movieName,
      today,
      tickets,
      oldShow: null,
      oldLeft: null,
    });
    if (judged.reason !== null) return { outcome: "REFUSED", reason: judged.reason };
    this.#change.run({ customerID, show: judged.show, tickets });
    return { outcome: "OK", held: judged.held, available: judged.available };
  }

  /** Gives tickets back. */
  cancel(args: TicketArguments): AnswerOf<"cancelMovieTickets"> {
    const { customerID, movieID, numberOfTickets: tickets } = args;
    const judged = this.#judgeGivingUp.one({ customerID, movieID, movieName: toColumn(args.movieName), tickets });
    if (judged.reason !== null) return { outcome: "REFUSED", reason: judged.reason };
    this.#change.run({ customerID, show: judged.show, tickets: -tickets });
    return { outcome: "OK", held: judged.held, available: judged.available };
  }

  /** Moves tickets from one show to another; a show exchanged for itself stays as it is. */
  exchange(args: ArgumentsOf["exchangeTickets"], today: BusinessDate): AnswerOf<"exchangeTickets"> {
    const { customerID, numberOfTickets: tickets } = args;
    const [movieName, newMovieName] = [toColumn(args.movieName), toColumn(args.newMovieName)];
    const given = this.#judgeGivingUp.one({ customerID, movieID: args.movieID, movieName, tickets });
    const [oldShow, oldLeft] = given.reason === null ? [given.show, given.held] : [null, null];
    const asked = { customerID, movieID: args.newMovieID, movieName: newMovieName, today, tickets, oldShow, oldLeft };
    const taken = this.#judgeTaking.one(asked);
    // A new show on a date that does not exist is told before anything about the old one.
    const reason = taken.reason === "INVALID" ? taken.reason : (given.reason ?? taken.reason);
    if (reason !== null) return { outcome: "REFUSED", reason };
    assert(oldShow !== null && taken.show !== null, "the shows of an exchange are there");
    const isSame = taken.show === oldShow;
    if (!isSame) this.#exchange.run({ customerID, oldShow, newShow: taken.show, given: -tickets, taken: tickets });
    const old = isSame ? taken : given;
    return {
      outcome: "OK",
      heldOld: old.held,
      heldNew: taken.held,
      availableOld: old.available,
      availableNew: taken.available,
    };
  }

  /** Every show that the customer holds. */
  schedule({ customerID }: ArgumentsOf["getBookingSchedule"]): AnswerOf<"getBookingSchedule"> {
    const rows = this.#schedule.all({ customerID });
    const bookings = rows.map((row) => ({
      movieID: row.movieID,
      movieName: fromColumn(row.movieName),
      numberOfTickets: row.numberOfTickets,
    }));
    return { outcome: "OK", bookings };
  }
}

const change = "INSERT INTO changes (customer, show, tickets) VALUES (:customerID, :show, :tickets)";

const exchange = `
  INSERT INTO changes (customer, show, tickets)
  VALUES (:customerID, :oldShow, :given), (:customerID, :newShow, :taken)`;

const schedule = `
  SELECT movie_id AS movieID, movie_name AS movieName, held AS numberOfTickets
  FROM bookings JOIN shows USING (show)
  WHERE customer = :customerID
  ORDER BY day, slot, theatre, movie_name`;
