import { Bookings } from "./bookings.ts";
import type { Identifiers } from "./identifiers.ts";
import { Movies } from "./movies.ts";
import { Shows } from "./shows.ts";

/** All that a replica knows: who is who, and what is shown and held. */
export interface State {
  readonly ids: Identifiers;
  readonly movies: Movies;
  readonly shows: Shows;
  readonly bookings: Bookings;
}

/** A state in which nothing has happened. */
export function makeState(ids: Identifiers): State {
  const movies = new Movies();
  const shows = new Shows(movies);
  return { ids, movies, shows, bookings: new Bookings(ids, shows) };
}
