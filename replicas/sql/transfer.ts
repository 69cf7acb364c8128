import { assert } from "../../protocol/assert.ts";
import type { BookingRow, CanonicalState, ShowRow } from "../contract.ts";
import type { Engine, Statement } from "./engine.ts";
import { fromColumn, toColumn } from "./movie-name.ts";
import { bulk } from "./schema.ts";
import { offer } from "./shows.ts";

/** From so many bookings on, there or to come, it pays to build an index anew and to compile all statements again. */
const bulkBookings = 20_000;

interface ExportedShow {
  readonly show: number;
  readonly movieID: string;
  readonly movieName: string;
  readonly capacity: number;
}

/** The state of the tables in the form that all replicas share. */
export class Transfer {
  readonly #engine: Engine;
  readonly #shows: Statement<ExportedShow>;
  readonly #bookings: Statement<{ readonly customer: string; readonly held: number }>;
  readonly #empty: readonly Statement<never>[];
  readonly #beyondBulk: Statement<unknown>;
  readonly #orphans: Statement<unknown>;
  readonly #offer: Statement<never>;
  readonly #key: Statement<{ readonly show: number; readonly week: number }>;
  readonly #hold: Statement<never>;
  readonly #sell: Statement<never>;

  /** Reads and writes the tables of `engine`. */
  constructor(engine: Engine) {
    this.#engine = engine;
    this.#shows = engine.prepare(`
      SELECT show, movie_id AS movieID, movie_name AS movieName, capacity
      FROM shows JOIN seats USING (show) ORDER BY day, slot, theatre, movie_name`);
    this.#bookings = engine.prepare("SELECT customer, held FROM bookings WHERE show = :show ORDER BY customer");
    this.#empty = ["bookings", "seats", "shows"].map((table) => engine.prepare(`DELETE FROM ${table}`));
    this.#beyondBulk = engine.prepare(`SELECT 1 FROM bookings LIMIT 1 OFFSET ${bulkBookings}`);
    this.#orphans = engine.prepare(bulk.check);
    this.#offer = engine.prepare(offer);
    this.#key = engine.prepare("SELECT show, week FROM shows WHERE movie_id = :movieID AND movie_name = :movieName");
    this.#hold = engine.prepare(
      "INSERT INTO bookings (show, customer, week, held) VALUES (:show, :customer, :week, :held)",
    );
    this.#sell = engine.prepare(
      "UPDATE seats SET sold = (SELECT ifnull(sum(held), 0) FROM bookings WHERE bookings.show = seats.show)",
    );
  }

  /** The canonical state now. */
  exportState(): CanonicalState {
    const shows: ShowRow[] = [];
    const bookings: BookingRow[] = [];
    for (const { show, movieID, movieName: text, capacity } of this.#shows.all()) {
      const movieName = fromColumn(text);
      shows.push([movieID, movieName, capacity]);
      for (const { customer, held } of this.#bookings.all({ show }))
        bookings.push([customer, movieID, movieName, held]);
    }
    return [shows, bookings];
  }

  /** Takes a canonical state in the place of what is there; throws, and changes nothing, where it breaks a constraint. */
  importState(state: CanonicalState): void {
    const isBulk = state[1].length >= bulkBookings || this.#beyondBulk.all().length > 0;
    if (isBulk) this.#replaceInBulk(state);
    else this.#engine.atomically(() => this.#replace(state));
  }

  /** Foreign keys cannot be switched inside a transaction, so what they ask is asked at its end, of all rows at once. */
  #replaceInBulk(state: CanonicalState): void {
    this.#engine.run(bulk.before);
    try {
      this.#engine.atomically(() => {
        this.#engine.run(bulk.first);
        this.#replace(state);
        this.#engine.run(bulk.last);
        assert(this.#orphans.all().length === 0, "every booking is of a show that is there");
      });
    } finally {
      this.#engine.run(bulk.after);
    }
  }

  #replace([shows, bookings]: CanonicalState): void {
    for (const statement of this.#empty) statement.run();
    for (const [movieID, movieName, capacity] of shows) {
      this.#offer.run({ movieID, movieName: toColumn(movieName), capacity });
    }
    this.#replaceBookings(bookings);
    this.#sell.run();
  }

  /** The rows of one show follow each other, so that its key is looked up once. */
  #replaceBookings(bookings: readonly BookingRow[]): void {
    let [lastID, lastName, show, week] = ["", "", 0, 0];
    for (const [customer, movieID, movieName, held] of bookings) {
      if (movieID !== lastID || movieName !== lastName) {
        [lastID, lastName] = [movieID, movieName];
        const [key] = this.#key.all({ movieID, movieName: toColumn(movieName) });
        assert(key !== undefined, "an imported booking is of an imported show");
        ({ show, week } = key);
      }
      this.#hold.run({ show, customer, week, held });
    }
  }
}
