import { sha256 } from "../../io/sha256.ts";
import { isRead, type Operation } from "../../protocol/operation.ts";

/** A change as a replica got it. */
export interface Executed {
  readonly n: number;
  readonly operation: Operation;
  readonly args: Readonly<Record<string, unknown>>;
}

type Line =
  | (Executed & { readonly export?: undefined; readonly import?: undefined })
  | { readonly export: true; readonly import?: undefined }
  | { readonly export?: undefined; readonly import: readonly [readonly Executed[], unknown] };

/**
 * A replica that remembers the order of the changes it was handed: that is its state, and each answer says how many
 * there were. It speaks the line protocol of a replica process.
 */
export class RecordingReplica {
  readonly #showsListed: number;
  #executed: readonly Executed[] = [];

  /** `showsListed` is how many shows each listing has. */
  constructor(showsListed = 0) {
    this.#showsListed = showsListed;
  }

  /** The changes in the order in which they came. */
  get executed(): readonly Executed[] {
    return this.#executed;
  }

  /** Takes one line and returns the line that answers it. */
  take(text: string): string {
    const line = JSON.parse(text) as Line;
    if (line.export !== undefined) return this.#export();
    if (line.import !== undefined) {
      this.#executed = line.import[0];
      return '{"ready":true}';
    }
    const { n, operation, args } = line;
    if (!isRead(operation)) this.#executed = [...this.#executed, { n, operation, args }];
    return JSON.stringify({ n, result: this.#answer(operation) });
  }

  #export(): string {
    const state = [this.#executed, []];
    return JSON.stringify({ state, digest: sha256(JSON.stringify(state)) });
  }

  #answer(operation: Operation): unknown {
    const count = this.#executed.length;
    switch (operation) {
      case "bookMovieTickets":
      case "cancelMovieTickets":
        return { outcome: "OK", held: count, available: 0 };
      case "addMovieSlots":
        return { outcome: "OK", created: true, capacity: count, available: 0 };
      case "listMovieShowsAvailability":
        return { outcome: "OK", shows: Array.from({ length: this.#showsListed }, (_, index) => showAt(index)) };
      case "getBookingSchedule":
        return { outcome: "OK", bookings: [] };
      default:
        return { outcome: "REFUSED", reason: "NO_SUCH_SHOW" };
    }
  }
}

function showAt(index: number): unknown {
  return { movieID: `ATWM${index}`, movieName: `Movie ${index}`, capacity: 100, available: index % 100 };
}
