/** SQL for the civil date, `YYYY-MM-DD`, that the movie id which `movieID` stands for ends with. */
export function dateOf(movieID: string): string {
  const part = (from: number) => `substr(${movieID}, ${from}, 2)`;
  return `('20' || ${part(9)} || '-' || ${part(7)} || '-' || ${part(5)})`;
}

/** SQL that is true for a date that exists: the engine turns 30 February into a day of March. */
export function exists(date: string): string {
  return `(date(${date}) IS ${date})`;
}

/**
 * Nothing has to be durable, and a database in memory knows no other journal than one in memory. It is kept, though it costs
 * about a fifth of the time, so that a statement that fails half-way leaves nothing behind. Sorting never makes a file.
 */
const settings = `
  PRAGMA journal_mode = MEMORY;
  PRAGMA temp_store = MEMORY;
  PRAGMA foreign_keys = ON;
`;

/** What the limits of a customer ask about; an import of many bookings builds it when they are all there. */
const bookingsOfWeek = "CREATE INDEX bookings_of_week ON bookings (customer, week, show);";

/**
 * A show never changes, so what its id says is computed once, by the engine: `week` is the ISO year and week, as 202319.
 * What changes with every booking stands apart in small rows. `bookings` repeats the week of the show, which a foreign key keeps right, so that
 * all that the limits ask about is together in one place of `bookings_of_week`.
 */
const tables = `
  CREATE TABLE shows (
    show INTEGER PRIMARY KEY,
    movie_id TEXT NOT NULL CHECK (movie_id GLOB '[A-Z][A-Z][A-Z][MAE][0-9][0-9][0-9][0-9][0-9][0-9]'),
    movie_name TEXT NOT NULL CHECK (movie_name <> ''),
    theatre TEXT NOT NULL AS (substr(movie_id, 1, 3)) STORED,
    slot INTEGER NOT NULL AS (instr('MAE', substr(movie_id, 4, 1))) STORED,
    day TEXT NOT NULL AS (${dateOf("movie_id")}) STORED CHECK ${exists("day")},
    week INTEGER NOT NULL AS (CAST(strftime('%G%V', day) AS INTEGER)) STORED,
    UNIQUE (movie_id, movie_name),
    UNIQUE (movie_name, day, slot, theatre),
    UNIQUE (show, week)
  ) STRICT;

  CREATE TABLE seats (
    show INTEGER PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
    capacity INTEGER NOT NULL CHECK (capacity BETWEEN 1 AND 1000000),
    sold INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
    CHECK (sold <= capacity)
  ) STRICT;

  CREATE TABLE bookings (
    show INTEGER NOT NULL,
    customer TEXT NOT NULL CHECK (customer GLOB '[A-Z][A-Z][A-Z]C[0-9][0-9][0-9][0-9]'),
    week INTEGER NOT NULL,
    held INTEGER NOT NULL CHECK (held > 0),
    PRIMARY KEY (show, customer),
    FOREIGN KEY (show, week) REFERENCES shows (show, week)
  ) STRICT, WITHOUT ROWID;

  ${bookingsOfWeek}

  CREATE TABLE moves (
    customer TEXT PRIMARY KEY,
    show INTEGER NOT NULL,
    held INTEGER NOT NULL,
    refuge INTEGER
  ) STRICT, WITHOUT ROWID;
`;

/**
 * Every change of the state but a removal is one INSERT into one of these two views, so that it is done whole or not at all, and
 * what is sold always follows what is held. `tickets` is negative for tickets that are given up.
 */
const views = `
  CREATE VIEW programme AS SELECT movie_id, movie_name, capacity FROM shows JOIN seats USING (show);

  CREATE TRIGGER offer INSTEAD OF INSERT ON programme BEGIN
    INSERT INTO shows (movie_id, movie_name) VALUES (new.movie_id, new.movie_name) ON CONFLICT DO NOTHING;
    INSERT INTO seats (show, capacity)
      SELECT show, new.capacity FROM shows WHERE movie_id = new.movie_id AND movie_name = new.movie_name
      ON CONFLICT (show) DO UPDATE SET capacity = excluded.capacity;
  END;

  CREATE VIEW changes AS SELECT customer, show, held AS tickets FROM bookings;

  CREATE TRIGGER take INSTEAD OF INSERT ON changes WHEN new.tickets > 0 BEGIN
    UPDATE seats SET sold = sold + new.tickets WHERE show = new.show;
    INSERT INTO bookings (show, customer, week, held)
      SELECT show, new.customer, week, new.tickets FROM shows WHERE show = new.show
      ON CONFLICT (show, customer) DO UPDATE SET held = held + excluded.held;
  END;

  CREATE TRIGGER give_up INSTEAD OF INSERT ON changes WHEN new.tickets < 0 BEGIN
    UPDATE seats SET sold = sold + new.tickets WHERE show = new.show;
    DELETE FROM bookings WHERE show = new.show AND customer = new.customer AND held = -new.tickets;
    UPDATE bookings SET held = held + new.tickets WHERE show = new.show AND customer = new.customer;
  END;
`;

/** Whoever is put into `moves` finds a refuge in the first later show that has room now, and takes it before the next one is put in. */
const removal = `
  CREATE TRIGGER move AFTER INSERT ON moves BEGIN
    UPDATE moves SET refuge = (
      SELECT later.show
      FROM shows AS gone
      CROSS JOIN shows AS later
        ON later.movie_name = gone.movie_name
        AND (later.day, later.slot) > (gone.day, gone.slot)
        AND later.theatre = gone.theatre
      CROSS JOIN seats ON seats.show = later.show AND seats.capacity - seats.sold >= new.held
      WHERE gone.show = new.show
      ORDER BY later.day, later.slot
      LIMIT 1
    ) WHERE customer = new.customer;
    INSERT INTO changes (customer, show, tickets)
      SELECT customer, refuge, held FROM moves WHERE customer = new.customer AND refuge IS NOT NULL;
  END;
`;

/** The SQL that makes an empty database of shows and bookings. */
export const schema = settings + tables + views + removal;

/** What surrounds the import of many rows: without foreign keys and the index in between it takes half the time. */
export const bulk = {
  before: "PRAGMA foreign_keys = OFF",
  first: "DROP INDEX bookings_of_week",
  last: bookingsOfWeek,
  /** Gives a row for every foreign key that does not hold. */
  check: "PRAGMA foreign_key_check",
  after: "PRAGMA foreign_keys = ON",
} as const;
