import { assert } from "../../protocol/assert.ts";
import { type Column, cell, emptyColumn, withRow } from "./columns.ts";
import { malformed } from "./identifiers.ts";
import { movieRowsMax } from "./limits.ts";
import { isMovieName, isShortText } from "./movie-name.ts";
import { RowPool } from "./row-pool.ts";

/** The movies that have shows: each name stands here once, and everything else knows it by its row. */
export class Movies {
  readonly #pool = new RowPool(movieRowsMax);
  readonly #rows = new Map<string, number>();
  readonly #names: string[] = [""];
  #latest: Column = emptyColumn();

  /** Movies that have shows. */
  get count(): number {
    return this.#rows.size;
  }

  /** Every movie's row, in no order. */
  rows(): Iterable<number> {
    return this.#rows.values();
  }

  /** The movie that a name names, 0 when it has no show, or `malformed`. */
  read(name: unknown): number {
    if (!isShortText(name)) return malformed;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    return isMovieName(name) ? 0 : malformed;
  }

  /** The row of a movie, made where there is none; a movie without shows is released. */
  intern(name: string): number {
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const row = this.#pool.take();
    this.#latest = withRow(this.#latest, row, movieRowsMax);
    this.#names[row] = name;
    this.#rows.set(name, row);
    return row;
  }

  /** Forgets a movie whose last show is gone. */
  release(movie: number): void {
    assert(this.latestOf(movie) === 0, "a movie that is forgotten has no show");
    this.#rows.delete(this.nameOf(movie));
    this.#names[movie] = "";
    this.#pool.giveBack(movie);
  }

  /** The name of a movie. */
  nameOf(movie: number): string {
    const name = this.#names[movie];
    assert(name !== undefined && name !== "", "a movie has a name");
    return name;
  }

  /** The last show of a movie in the order of lists, 0 when it has none. */
  latestOf(movie: number): number {
    return cell(this.#latest, movie);
  }

  /** Makes a show the last of a movie. */
  setLatest(movie: number, show: number): void {
    this.#latest[movie] = show;
  }
}
