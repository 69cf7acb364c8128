import { isSlot, slots } from "../protocol/ids.ts";

/** How far each manager has stored, and from that the commit point: what two of four have. */
export class StoredPoints {
  readonly #points: number[] = slots.map(() => 0);

  /** Takes note of a manager's word and returns the commit point, which never goes back. */
  store(slot: number, durable: number): number {
    if (isSlot(slot)) this.#points[slot - 1] = Math.max(this.#points[slot - 1] as number, durable);
    return [...this.#points].sort((a, b) => b - a)[1] as number;
  }

  /** By slot, from slot 1. */
  all(): readonly number[] {
    return [...this.#points];
  }
}
