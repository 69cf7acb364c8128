import type { InstantMs } from "../protocol/ids.ts";
import type { Delivery } from "./faults/fault.ts";

interface WaitingLine {
  readonly text: string;
  readonly dueAt: InstantMs;
}

/** Lines on their way out: each leaves when its delay is over and never before one that came earlier. */
export class OutputQueue {
  #waiting: WaitingLine[] = [];
  #lastDueAt: InstantMs = 0;

  /** When the first waiting line is due; `undefined` when none waits. */
  get nextDueAt(): InstantMs | undefined {
    return this.#waiting[0]?.dueAt;
  }

  /** Takes lines in and gives back the text, line feeds included, that is due at `now`. */
  put(now: InstantMs, deliveries: readonly Delivery[]): string {
    let text = this.take(now);
    for (const delivery of deliveries) {
      if (delivery.text === "") continue;
      this.#lastDueAt = Math.max(this.#lastDueAt, now + delivery.delayMs);
      if (this.#lastDueAt <= now) text += `${delivery.text}\n`;
      else this.#waiting.push({ text: delivery.text, dueAt: this.#lastDueAt });
    }
    return text;
  }

  /** The text that is due at `now`. */
  take(now: InstantMs): string {
    let text = "";
    let taken = 0;
    for (const line of this.#waiting) {
      if (line.dueAt > now) break;
      text += `${line.text}\n`;
      taken++;
    }
    if (taken > 0) this.#waiting = this.#waiting.slice(taken);
    return text;
  }
}
