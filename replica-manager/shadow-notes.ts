import type { InstantMs } from "../protocol/ids.ts";
import type { Emit } from "./effect.ts";

type Topic = "difference" | "lag" | "trouble";

/** The notes about a replica in shadow: the first of a kind at once, then no more than one in so many milliseconds. */
export class ShadowNotes {
  readonly #everyMs: number;
  readonly #emit: Emit;
  readonly #nextAt = new Map<Topic, InstantMs>();
  readonly #untold = new Map<Topic, number>();

  constructor(everyMs: number, emit: Emit) {
    this.#everyMs = everyMs;
    this.#emit = emit;
  }

  /** Says it now, with how many were not said since the last one, or counts it. */
  warn(now: InstantMs, topic: Topic, text: string): void {
    const untold = this.#untold.get(topic) ?? 0;
    if (now < (this.#nextAt.get(topic) ?? 0)) {
      this.#untold.set(topic, untold + 1);
      return;
    }
    this.#nextAt.set(topic, now + this.#everyMs);
    this.#untold.set(topic, 0);
    const more = untold === 0 ? "" : ` (and ${untold} more since the last note)`;
    this.#emit({ kind: "note", level: "warn", text: `${text}${more}` });
  }
}
