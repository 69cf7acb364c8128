import type { AnswerOf, DataOf, Drop, ListedShow, Move } from "../../protocol/answer.ts";
import { assert } from "../../protocol/assert.ts";
import type { BusinessDate } from "../../protocol/ids.ts";
import type { ArgumentsOf } from "../../protocol/operation.ts";
import type { Engine, Statement } from "./engine.ts";
import { type CapacityJudgement, type Judgement, judgeCapacity, judgeRemoval } from "./judgements.ts";
import { toColumn } from "./movie-name.ts";

/** The operations on shows: each is judged by one statement, and nothing is written before that. */
export class Shows {
  readonly #engine: Engine;
  readonly #judgeCapacity: Statement<CapacityJudgement>;
  readonly #judgeRemoval: Statement<Judgement>;
  readonly #offer: Statement<never>;
  readonly #list: Statement<Omit<ListedShow, "movieName">>;
  readonly #removal: RemovalStatements;

  /** Reads and writes the tables of `engine`. */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.#judgeCapacity = engine.prepare(judgeCapacity);
    this.#judgeRemoval = engine.prepare(judgeRemoval);
    this.#offer = engine.prepare(offer);
    this.#list = engine.prepare(list);
    this.#removal = prepareRemoval(engine);
  }

  /** Makes a show or sets its capacity. */
  add(args: ArgumentsOf["addMovieSlots"], today: BusinessDate): AnswerOf<"addMovieSlots"> {
    const { adminID, movieID, bookingCapacity: capacity } = args;
    const movieName = toColumn(args.movieName);
    const judged = this.#judgeCapacity.one({ adminID, movieID, movieName, today, capacity });
    if (judged.reason !== null) return { outcome: "REFUSED", reason: judged.reason };
    this.#offer.run({ movieID, movieName, capacity });
    return { outcome: "OK", created: judged.created === 1, capacity, available: judged.available };
  }

  /** Removes a show and moves what is held of it to later ones. */
  remove(args: ArgumentsOf["removeMovieSlots"], today: BusinessDate): AnswerOf<"removeMovieSlots"> {
    const { adminID, movieID } = args;
    const { reason, show } = this.#judgeRemoval.one({ adminID, movieID, movieName: toColumn(args.movieName), today });
    if (reason !== null) return { outcome: "REFUSED", reason };
    assert(show !== null, "a show that may be removed is there");
    let data: DataOf["removeMovieSlots"] = { moved: [], dropped: [] };
    this.#engine.atomically(() => {
      this.#removal.move.run({ show });
      data = { moved: this.#removal.moved.all(), dropped: this.#removal.dropped.all() };
      for (const statement of this.#removal.clear) statement.run();
      for (const statement of this.#removal.erase) statement.run({ show });
    });
    return { outcome: "OK", ...data };
  }

  /** Every show of a movie from today on. */
  list(
    { movieName }: ArgumentsOf["listMovieShowsAvailability"],
    today: BusinessDate,
  ): AnswerOf<"listMovieShowsAvailability"> {
    const rows = this.#list.all({ movieName: toColumn(movieName), today });
    const shows = rows.map(({ movieID, capacity, available }) => ({ movieID, movieName, capacity, available }));
    return { outcome: "OK", shows };
  }
}

interface RemovalStatements {
  readonly move: Statement<never>;
  readonly moved: Statement<Move>;
  readonly dropped: Statement<Drop>;
  readonly clear: readonly Statement<never>[];
  readonly erase: readonly Statement<never>[];
}

function prepareRemoval(engine: Engine): RemovalStatements {
  return {
    move: engine.prepare(`
      INSERT INTO moves (customer, show, held)
      SELECT customer, show, held FROM bookings WHERE show = :show ORDER BY customer`),
    moved: engine.prepare(`
      SELECT customer AS customerID, movie_id AS movieID, held AS numberOfTickets
      FROM moves JOIN shows ON shows.show = moves.refuge ORDER BY customer`),
    dropped: engine.prepare(`
      SELECT customer AS customerID, held AS numberOfTickets FROM moves WHERE refuge IS NULL ORDER BY customer`),
    clear: [engine.prepare("DELETE FROM moves")],
    erase: ["bookings", "shows"].map((table) => engine.prepare(`DELETE FROM ${table} WHERE show = :show`)),
  };
}

/** Makes a show, or sets the capacity of one that is there. */
export const offer = `
  INSERT INTO programme (movie_id, movie_name, capacity) VALUES (:movieID, :movieName, :capacity)`;

const list = `
  SELECT movie_id AS movieID, capacity, capacity - sold AS available
  FROM shows JOIN seats USING (show)
  WHERE movie_name = :movieName AND day >= :today
  ORDER BY day, slot, theatre`;
