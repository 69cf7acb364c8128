import { assert } from "../protocol/assert.ts";
import type { LogRecord } from "../protocol/log-record.ts";
import type { Mutant } from "../protocol/mutant.ts";
import type { Emit } from "./effect.ts";

interface Waiting {
  readonly position: number;
  readonly run: () => void;
}

/** What goes into the durable log, and what waits until it is there: nothing is said before it is durable. */
export class Journal {
  readonly #isHasty: boolean;
  #waiting: Waiting[] = [];
  #position = 0;
  #durable = 0;

  constructor(mutant: Mutant | undefined) {
    this.#isHasty = mutant === "replyBeforeDurable";
  }

  /** Stores records behind all others and runs `then` when they are durable. */
  append(records: readonly LogRecord[], emit: Emit, then: () => void): void {
    assert(records.length > 0, "something is appended");
    this.#position += records.length;
    emit({ kind: "append", records });
    if (this.#isHasty && records.some((record) => record.kind === "entry")) then();
    else this.#waiting.push({ position: this.#position, run: then });
  }

  /** Runs `then` when everything appended so far is durable: at once where it is. */
  afterAll(then: () => void): void {
    if (this.#durable === this.#position) then();
    else this.#waiting.push({ position: this.#position, run: then });
  }

  /** The first `position` records are durable. */
  onAppended(position: number): void {
    assert(position <= this.#position, "only what was appended becomes durable");
    this.#durable = Math.max(this.#durable, position);
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count] as Waiting).position <= position) count++;
    for (const { run } of this.#waiting.splice(0, count)) run();
  }
}
